import type { LlmEvent } from "../llm.ts";
import { spokenEvents } from "./spoken-events.ts";
import { SpokenFilter } from "./spoken-filter.ts";
import { ToolCallAssembly } from "./tool-call-assembly.ts";

/** The answer of a bot that knows text alone: what is to be spoken, and last the calls that it wrote as text. */
export async function* spokenAnswer(events: AsyncIterable<LlmEvent>): AsyncGenerator<LlmEvent, void, undefined> {
  const filter = new SpokenFilter();
  const calls = new ToolCallAssembly();
  for await (const event of events) {
    if (event.type === "text") yield* spokenEvents(filter.push(event.text), calls);
    else yield event;
  }
  yield* spokenEvents(filter.end(), calls);
  for (const call of calls.finish()) yield { type: "tool-call", call };
}
