import { contained } from "../modules/system/contained.ts";
import type { Tool } from "./tool.ts";

/** Hardware that brings its tools. */
interface ToolPart<Needs> {
  readonly pins: readonly { readonly pin: number; readonly use: string }[];
  create(needs: Needs): readonly Tool[];
}

/** The tools of a board's parts. One that does not come to life is named in the log, and the others work. */
export function partTools<Needs>(parts: readonly ToolPart<Needs>[], needs: Needs): Tool[] {
  const tools: Tool[] = [];
  for (const part of parts) {
    contained(`part: ${part.pins.map(({ pin, use }) => `${use} at pin ${pin}`).join(", ")}`, () => {
      tools.push(...part.create(needs));
    });
  }
  return tools;
}
