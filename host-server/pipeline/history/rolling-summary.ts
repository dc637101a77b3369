import type { Clock } from "../../../protocol/clock.ts";
import { LlmError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Llm, Message } from "../../providers/llm.ts";
import { limited } from "../../time-limit.ts";
import type { Dialogue } from "./dialogue.ts";
import type { Exchange } from "./exchange.ts";

/** Share of what a dialogue may keep from which its older half is summed up. */
const FULL_SHARE = 0.75;
const MAX_CHARACTERS = 2_000;
/** A tool's result may be long, and says little afterwards. */
const MAX_RESULT_CHARACTERS = 300;

const INSTRUCTION =
  "Sum up this conversation between a user and a voice assistant in a few sentences, in its language: what the user told " +
  "about themselves, wanted and decided, and what is still open. Give nothing but the summary.";

/** What summing up needs. */
export interface RollingSummaryOptions {
  readonly llm: Llm;
  readonly dialogue: Dialogue;
  readonly clock: Clock;
  readonly log: Log;
  /** ms that the model may take for a piece of it. */
  readonly timeoutMs: number;
}

/** Sums up what a dialogue is about to forget, while nobody speaks. */
export class RollingSummary {
  readonly #options: RollingSummaryOptions;
  #abort: AbortController | undefined;

  constructor(options: RollingSummaryOptions) {
    this.#options = options;
  }

  /** Begins to sum up if there is enough; nobody waits for it. */
  begin(): void {
    const { llm, dialogue, log } = this.#options;
    const old = dialogue.olderThan(FULL_SHARE);
    if (this.#abort || llm.onlyCommands || old.length === 0) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#sumUp(old, abort.signal)
      .then(
        (summary) => {
          if (summary !== "" && !abort.signal.aborted) dialogue.replace(old, summary);
        },
        (error: unknown) => log.warn({ error }, "the conversation could not be summed up"),
      )
      .finally(() => {
        if (this.#abort === abort) this.#abort = undefined;
      });
  }

  /** Somebody speaks: a model that serves one at a time must be free for the answer. */
  stop(): void {
    this.#abort?.abort();
    this.#abort = undefined;
  }

  async #sumUp(exchanges: readonly Exchange[], signal: AbortSignal): Promise<string> {
    const { llm, dialogue, clock, timeoutMs: ms } = this.#options;
    const before = dialogue.summary === "" ? [] : [`Before that: ${dialogue.summary}`];
    const lines = [...before, ...exchanges.flatMap(({ messages }) => messages.map(line))];
    const messages: Message[] = [
      { role: "system", content: INSTRUCTION },
      { role: "user", content: lines.join("\n") },
    ];
    const error = () => new LlmError("llm-timeout", `no summary came for ${ms} ms`);
    let text = "";
    const limit = { clock, ms, nextMs: ms, error };
    for await (const event of limited((own) => llm.reply(messages, [], own), limit, signal)) {
      if (event.type === "text") text += event.text;
      if (text.length > MAX_CHARACTERS) break;
    }
    return text.trim().slice(0, MAX_CHARACTERS);
  }
}

function line({ role, content, toolCalls }: Message): string {
  if (role === "tool") return `(The tool gave: ${content.slice(0, MAX_RESULT_CHARACTERS)})`;
  const calls = (toolCalls ?? []).map(({ name }) => ` (asked the tool ${name})`).join("");
  return `${role === "user" ? "User" : "Assistant"}: ${content}${calls}`;
}
