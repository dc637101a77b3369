import { defineTool, type Tool } from "../../mcp/tool.ts";
import { frozen } from "../../protocol/frozen.ts";
import type { TalkMode } from "../hardware/button.ts";
import type { Part, PartContext, PinUse } from "./part.ts";

const NO_PINS: readonly PinUse[] = frozen([]);

class PressToTalkPart implements Part {
  get pins(): readonly PinUse[] {
    return NO_PINS;
  }

  create({ device }: PartContext): readonly Tool[] {
    return [
      defineTool({
        name: "self.set_press_to_talk",
        description:
          "Choose how the talk button works: `press_to_talk` (hold it while talking) or `click_to_talk` (click to begin " +
          "and to end a conversation). Use it when the user asks for one of them.",
        params: { mode: { type: "string", enum: ["press_to_talk", "click_to_talk"] } },
        run: ({ mode }) => {
          device.talkMode = mode as TalkMode;
          return true;
        },
      }),
    ];
  }
}

/** Lets the model choose what the talk button does: `self.set_press_to_talk`. Without, one may click and hold. */
export function pressToTalk(): Part {
  return new PressToTalkPart();
}
