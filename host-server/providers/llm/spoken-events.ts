import type { LlmEvent } from "../llm.ts";
import type { FilteredText } from "./spoken-filter.ts";
import type { ToolCallAssembly } from "./tool-call-assembly.ts";

/** Passes on what is to be spoken, and gives calls that were written as text to the assembly. */
export function* spokenEvents(found: readonly FilteredText[], calls: ToolCallAssembly): Generator<LlmEvent> {
  for (const piece of found) {
    if (piece.type === "call") calls.pushText(piece.source);
    else yield piece;
  }
}
