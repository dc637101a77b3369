import { z } from "zod";
import type { Clock } from "../../../protocol/clock.ts";
import { type Step, sayIn } from "../../intent/command.ts";
import { chineseHint, spokenList } from "../../intent/commands/small-talk.ts";
import { type CommandGrammar, grammarFor, type Understood } from "../../intent/grammar.ts";
import { type Language, languageOf } from "../../intent/language.ts";
import { type Outcome, readOutcome } from "../../intent/outcome.ts";
import type { Llm, LlmEvent, Message, ToolSpec } from "../llm.ts";
import { defineLlm } from "../provider.ts";
import { withoutSpeaker } from "./user-words.ts";

/** Understands commands in English, and written ones in Chinese, without a network or a model: sentences are matched with the templates of the tools. */
export const embedded = defineLlm({
  name: "embedded",
  settings: z.strictObject({}),
  create: (_settings, { clock }) => new EmbeddedLlm(clock),
});

/** A command needs no more calls than these. */
const MAX_CALLS = 3;
/** What most tools of devices give when they did what they were asked to. */
const SUCCESS = "true";

class EmbeddedLlm implements Llm {
  readonly onlyCommands = true;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async *reply(messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal): AsyncIterable<LlmEvent> {
    if (signal.aborted) return;
    const step = this.#step(messages, tools);
    if (step.type === "call") {
      yield { type: "tool-call", call: { id: callId(messages), name: step.tool, arguments: step.arguments } };
      return;
    }
    yield { type: "emotion", emotion: step.emotion };
    yield { type: "text", text: step.text };
  }

  foresee(messages: readonly Message[], tools: readonly ToolSpec[]): string | undefined {
    let expected = messages;
    for (let count = 0; count <= MAX_CALLS; count++) {
      const step = this.#step(expected, tools);
      // What sounds sad reports a failure that nobody expects.
      if (step.type === "say") return step.emotion === "sad" ? undefined : step.text;
      const call = { id: callId(expected), name: step.tool, arguments: step.arguments };
      const result: Message = { role: "tool", content: SUCCESS, toolCallId: call.id };
      expected = [...expected, { role: "assistant", content: "", toolCalls: [call] }, result];
    }
    return undefined;
  }

  async close(): Promise<void> {}

  #step(messages: readonly Message[], tools: readonly ToolSpec[]): Step {
    const grammar = grammarFor(tools);
    const start = messages.findLastIndex(({ role }) => role === "user");
    const outcomes = messages
      .slice(start + 1)
      .filter(({ role }) => role === "tool")
      .map(({ content }) => readOutcome(content));
    const text = withoutSpeaker(messages[start]?.content ?? "");
    const language = languageOf(text);
    const understood = grammar.understand(text);
    const { examples } = grammar;
    if (understood) {
      const { command, slots, texts } = understood;
      const previous = previousOf(messages.slice(0, start), grammar);
      return command.next({ slots, texts, outcomes, now: this.#clock.now(), examples, language, previous });
    }
    return outcomes.length > 0 ? reportOutcome(outcomes.at(-1)!, language) : notUnderstood(examples, language);
  }
}

/** What the user asked for last, follow-ups apart: "a bit more" may be said again and again. */
function previousOf(messages: readonly Message[], grammar: CommandGrammar): Understood | undefined {
  for (const { role, content } of messages.toReversed()) {
    if (role !== "user") continue;
    const understood = grammar.understand(withoutSpeaker(content));
    if (!understood?.command.intent.startsWith("follow-up")) return understood;
  }
  return undefined;
}

function callId(messages: readonly Message[]): string {
  const earlier = messages.reduce((count, { toolCalls }) => count + (toolCalls?.length ?? 0), 0);
  return `call_${earlier + 1}`;
}

/** Something else called a tool in this turn; all that is left to say is how it went. */
function reportOutcome({ ok, value, error }: Outcome, language: Language): Step {
  if (!ok) return sayIn(language, { en: `That did not work: ${error}.`, zh: `没有成功：${error}。` }, "sad");
  if (typeof value === "string" && value !== "") return { type: "say", text: value, emotion: "happy" };
  return sayIn(language, { en: "Done.", zh: "好了。" }, "happy");
}

function notUnderstood(examples: readonly string[], language: Language): Step {
  const en = `Sorry, I did not understand. You can say, for example: ${spokenList(examples.slice(0, 2))}.`;
  return sayIn(language, { en, zh: `抱歉，我没听懂。${chineseHint}` }, "confused");
}
