import type { Llm, Message, ToolCall, ToolSpec } from "../providers/llm.ts";
import type { Catalogue } from "../tools/catalogue.ts";
import type { ToolOutcome } from "../tools/source.ts";
import type { Dialogue } from "./dialogue.ts";
import { type Emotion, emotionNamed, emotionOf } from "./emotion.ts";

/** Rounds in which the model may ask for tools; the next one has to be an answer. */
const MAX_TOOL_ROUNDS = 5;
const FINAL_ROUND = "Answer now with what you know. No more tools can be called in this turn.";

/** What thinking gives, in the order in which it happens. */
export type Thought =
  /** A piece of the text to speak. */
  | { readonly type: "text"; readonly text: string }
  /** The face to show; once per round, before its text. */
  | ({ readonly type: "emotion" } & Emotion)
  /** A tool is about to run. */
  | { readonly type: "tool-start"; readonly name: string }
  | { readonly type: "tool-end"; readonly call: ToolCall; readonly outcome: ToolOutcome };

/** What thinking needs. */
export interface ThinkOptions {
  readonly llm: Llm;
  readonly tools: Catalogue;
  readonly dialogue: Dialogue;
}

/**
 * Answers the dialogue's last user message: rounds of the model, with tools in between.
 *
 * @throws LlmError; the dialogue stays one that every model accepts
 */
export async function* think(options: ThinkOptions, signal: AbortSignal): AsyncGenerator<Thought, void, undefined> {
  const { tools, dialogue } = options;
  for (let round = 0; ; round++) {
    const isLast = round === MAX_TOOL_ROUNDS;
    const messages: readonly Message[] = isLast
      ? [...dialogue.messages, { role: "user", content: FINAL_ROUND }]
      : dialogue.messages;
    const answer: Answer = { text: "", calls: [] };
    yield* ask({ ...options, messages, specs: isLast ? [] : tools.specs(), answer }, signal);
    if (signal.aborted) return;
    if (answer.calls.length === 0) return;
    const results = yield* runTools(tools, answer.calls, signal);
    if (signal.aborted) return;
    dialogue.addTools(
      answer.text,
      results.map(({ call, outcome }) => ({ call, result: outcome.text })),
    );
    if (!results.every(({ outcome }) => outcome.reply !== undefined)) continue;
    yield* say(
      results.map(({ outcome }) => outcome),
      dialogue,
    );
    return;
  }
}

interface Answer {
  text: string;
  calls: ToolCall[];
}

interface Round extends ThinkOptions {
  readonly messages: readonly Message[];
  readonly specs: readonly ToolSpec[];
  /** Filled while the model speaks. */
  readonly answer: Answer;
}

/** One round of the model. An interrupted answer enters the dialogue as far as it came, at the moment of the abort. */
async function* ask(round: Round, signal: AbortSignal): AsyncGenerator<Thought, void, undefined> {
  const { llm, dialogue, messages, specs, answer } = round;
  const keepPartial = () => dialogue.addAssistant(answer.text);
  signal.addEventListener("abort", keepPartial, { once: true });
  let face: Emotion | undefined;
  let isShown = false;
  try {
    for await (const event of llm.reply(messages, specs, signal)) {
      if (signal.aborted) return;
      if (event.type === "emotion") face ??= emotionNamed(event.emotion);
      else if (event.type === "tool-call") answer.calls.push(event.call);
      else {
        if (!isShown && event.text.trim() !== "") {
          isShown = true;
          yield { type: "emotion", ...(face ?? emotionOf(event.text)) };
        }
        answer.text += event.text;
        yield { type: "text", text: event.text };
      }
    }
    if (answer.calls.length === 0 && !signal.aborted) dialogue.addAssistant(answer.text);
  } finally {
    signal.removeEventListener("abort", keepPartial);
  }
}

interface ToolResult {
  readonly call: ToolCall;
  readonly outcome: ToolOutcome;
}

/** Runs all calls of a round together and gives their results in the order of the calls. */
async function* runTools(
  tools: Catalogue,
  calls: readonly ToolCall[],
  signal: AbortSignal,
): AsyncGenerator<Thought, ToolResult[], undefined> {
  const running: Promise<ToolResult>[] = [];
  for (const call of calls) {
    yield { type: "tool-start", name: call.name };
    const result = tools.call(call.name, call.arguments, signal).then((outcome) => ({ call, outcome }));
    // Awaited below; an abort may come before that.
    result.catch(() => {});
    running.push(result);
  }
  const results = await Promise.all(running);
  for (const result of results) yield { type: "tool-end", ...result };
  return results;
}

/** Says what the tools want said, and keeps what they only want kept. */
async function* say(outcomes: readonly ToolOutcome[], dialogue: Dialogue): AsyncGenerator<Thought, void, undefined> {
  const text = outcomes.flatMap(({ reply }) => reply || []).join(" ");
  dialogue.addAssistant(outcomes.flatMap(({ reply, note }) => reply || note || []).join(" "));
  if (text !== "") yield { type: "text", text };
}
