import type { Clock } from "../../protocol/clock.ts";
import { isObject } from "../../protocol/json.ts";
import { LlmError } from "../errors.ts";
import type { Llm, LlmEvent, Message, TokenUsage, ToolCall, ToolSpec } from "../providers/llm.ts";
import { limited } from "../time-limit.ts";
import type { Catalogue } from "../tools/catalogue.ts";
import type { ToolOutcome } from "../tools/source.ts";
import { type Emotion, emotionNamed, emotionOf } from "./emotion.ts";
import type { Dialogue } from "./history/dialogue.ts";
import type { Exchange } from "./history/exchange.ts";

/** Rounds in which the model may ask for tools; the next one has to be an answer. */
const MAX_TOOL_ROUNDS = 5;
/** A model that never ends is cut off: nobody listens for an hour. */
const MAX_ANSWER_CHARACTERS = 20_000;
/** A letter, a digit or a face; an answer of nothing but marks is none. */
const MEANS_SOMETHING = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;
const FINAL_ROUND = "Answer now with what you know. No more tools can be called in this turn.";

/** What thinking gives, in the order in which it happens. */
export type Thought =
  /** A piece of the text to speak. */
  | { readonly type: "text"; readonly text: string }
  /** The face to show; once per round, before its text. */
  | ({ readonly type: "emotion" } & Emotion)
  /** A tool is about to run. */
  | { readonly type: "tool-start"; readonly name: string }
  | { readonly type: "tool-end"; readonly call: ToolCall; readonly outcome: ToolOutcome }
  /** What a round cost, from models that say so. */
  | ({ readonly type: "usage" } & TokenUsage);

/** What thinking needs. */
export interface ThinkOptions {
  readonly llm: Pick<Llm, "reply">;
  readonly tools: Pick<Catalogue, "specs" | "call">;
  readonly dialogue: Dialogue;
  /** The newest of the dialogue, which is answered. */
  readonly exchange: Exchange;
  readonly clock: Clock;
  /** ms that the model may take for the first piece of an answer, and for each of the next. */
  readonly limits: { readonly firstTokenMs: number; readonly nextTokenMs: number };
}

/**
 * Answers the dialogue's last user message: rounds of the model, with tools in between.
 *
 * @throws LlmError, also when the model says nothing at all; the dialogue stays one that every model accepts
 */
export async function* think(options: ThinkOptions, signal: AbortSignal): AsyncGenerator<Thought, void, undefined> {
  const { tools, dialogue, exchange } = options;
  let hasSpoken = false;
  for (let round = 0; ; round++) {
    const isLast = round === MAX_TOOL_ROUNDS;
    const messages: readonly Message[] = isLast
      ? [...dialogue.messages, { role: "user", content: FINAL_ROUND }]
      : dialogue.messages;
    const answer: Answer = { text: "", calls: [] };
    yield* ask({ ...options, messages, specs: isLast ? [] : tools.specs(), answer }, signal);
    if (signal.aborted) return;
    hasSpoken ||= MEANS_SOMETHING.test(answer.text);
    if (answer.calls.length === 0 && !hasSpoken) throw new LlmError("llm-empty", "the model gave an empty answer");
    if (answer.calls.length === 0) return;
    const results = yield* runTools(tools, answer.calls, signal);
    if (signal.aborted) return;
    exchange.addTools(
      answer.text,
      results.map(({ call, outcome }) => ({ call, result: outcome.text })),
    );
    if (!results.every(({ outcome }) => outcome.reply !== undefined)) continue;
    yield* say(
      results.map(({ outcome }) => outcome),
      exchange,
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

/** One round of the model. What is not followed by calls enters the dialogue as far as it came, also when the round breaks off. */
async function* ask(round: Round, signal: AbortSignal): AsyncGenerator<Thought, void, undefined> {
  const { exchange, answer } = round;
  const keep = () => exchange.addAssistant(answer.text);
  // At the moment of the abort: who interrupts closes the exchange.
  signal.addEventListener("abort", keep, { once: true });
  let isComplete = false;
  try {
    yield* readAnswer(round, signal);
    isComplete = !signal.aborted;
  } finally {
    signal.removeEventListener("abort", keep);
    if (!isComplete || answer.calls.length === 0) keep();
  }
}

async function* readAnswer(round: Round, signal: AbortSignal): AsyncGenerator<Thought, void, undefined> {
  const { answer } = round;
  let face: Emotion | undefined;
  let isShown = false;
  for await (const event of replies(round, signal)) {
    if (event.type === "emotion") face ??= emotionNamed(event.emotion);
    else if (event.type === "tool-call") answer.calls.push(event.call);
    else if (event.type === "usage") yield event;
    else {
      if (!isShown && event.text.trim() !== "") {
        isShown = true;
        yield { type: "emotion", ...(face ?? emotionOf(event.text)) };
      }
      answer.text += event.text;
      yield { type: "text", text: event.text };
      if (answer.text.length > MAX_ANSWER_CHARACTERS) return;
    }
  }
}

/** What the model says, in time and well formed. */
async function* replies(round: Round, signal: AbortSignal): AsyncGenerator<LlmEvent, void, undefined> {
  const { llm, messages, specs, clock, limits } = round;
  const error = (ms: number) => new LlmError("llm-timeout", `the model gave nothing for ${ms} ms`);
  const limit = { clock, ms: limits.firstTokenMs, nextMs: limits.nextTokenMs, error };
  for await (const event of limited((own) => llm.reply(messages, specs, own), limit, signal)) {
    if (!isWellFormed(event)) throw new LlmError("llm-garbled", `the model gave an event of type ${event?.type}`);
    yield event;
  }
}

function isWellFormed(event: LlmEvent): boolean {
  switch (event?.type) {
    case "text":
      return typeof event.text === "string";
    case "emotion":
      return typeof event.emotion === "string";
    case "tool-call":
      return (
        typeof event.call?.name === "string" && typeof event.call.id === "string" && isObject(event.call.arguments)
      );
    case "usage":
      return Number.isFinite(event.prompt) && Number.isFinite(event.completion);
    default:
      return false;
  }
}

interface ToolResult {
  readonly call: ToolCall;
  readonly outcome: ToolOutcome;
}

/** What cannot be called is the model's to repair. */
async function run(tools: ThinkOptions["tools"], call: ToolCall, signal: AbortSignal): Promise<ToolOutcome> {
  if (call.problem !== undefined) return { text: call.problem, isError: true };
  return tools.call(call.name, call.arguments, signal);
}

/** Runs all calls of a round together and gives their results in the order of the calls. */
async function* runTools(
  tools: ThinkOptions["tools"],
  calls: readonly ToolCall[],
  signal: AbortSignal,
): AsyncGenerator<Thought, ToolResult[], undefined> {
  const running: Promise<ToolResult>[] = [];
  for (const call of calls) {
    yield { type: "tool-start", name: call.name };
    const result = run(tools, call, signal).then((outcome) => ({ call, outcome }));
    // Awaited below; an abort may come before that.
    result.catch(() => {});
    running.push(result);
  }
  const results = await Promise.all(running);
  for (const result of results) yield { type: "tool-end", ...result };
  return results;
}

/** Says what the tools want said, and keeps what they only want kept. */
async function* say(outcomes: readonly ToolOutcome[], exchange: Exchange): AsyncGenerator<Thought, void, undefined> {
  const text = outcomes.flatMap(({ reply }) => reply || []).join(" ");
  exchange.addAssistant(outcomes.flatMap(({ reply, note }) => reply || note || []).join(" "));
  if (text !== "") yield { type: "text", text };
}
