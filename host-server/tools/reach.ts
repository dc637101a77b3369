import type { JsonObject } from "../../protocol/json.ts";
import type { ToolOutcome } from "./source.ts";

/** How plugins reach devices, those that did not call them too. Ids are MAC addresses in any case of letters. */
export interface Reach {
  /**
   * How to say a text through a device, after what is being said there: it resolves when that was said, or interrupted.
   * `unknown` when no device with this id has been here since the start, `offline` when it is away.
   */
  voiceOf(deviceId: string): ((text: string) => Promise<void>) | "unknown" | "offline";
  /** Runs a tool of the device itself, by the device's name for it; undefined when it cannot be reached, or has none. */
  callTool(deviceId: string, tool: string, args: JsonObject): Promise<ToolOutcome | undefined>;
}
