import type { Message } from "../../providers/llm.ts";
import { Exchange } from "./exchange.ts";

/** How a dialogue is kept. */
export interface DialogueOptions {
  /** Tells the model who it is. */
  readonly prompt: string;
  /** What a prompt is at this moment; as it is written unless given. */
  readonly render?: (prompt: string) => string;
  /** About how much of the conversation a model is given; the prompt and the newest exchange come on top. */
  readonly maxTokens: number;
}

/** What was said between one device and the model, as long as it is connected. Old exchanges are forgotten whole. */
export class Dialogue {
  readonly #options: DialogueOptions;
  #prompt: string;
  #note = "";
  #exchanges: Exchange[] = [];
  #summary = "";

  constructor(options: DialogueOptions) {
    this.#options = options;
    this.#prompt = options.prompt;
  }

  /** Tells the model to be somebody else from now on. */
  setPrompt(prompt: string): void {
    this.#prompt = prompt;
  }

  /** What the model is told of this device beside the prompt; empty for nothing. */
  setNote(note: string): void {
    this.#note = note;
  }

  /** Everything the model is given, oldest first. */
  get messages(): readonly Message[] {
    return [this.#system(), ...this.#exchanges.flatMap(({ messages }) => messages)];
  }

  /** What was said, oldest first, as far as it is kept; what was forgotten is there in short. */
  get conversation(): readonly Message[] {
    const before: Message[] =
      this.#summary === "" ? [] : [{ role: "assistant", content: `(Before: ${this.#summary})` }];
    return [...before, ...this.#exchanges.flatMap(({ messages }) => messages)];
  }

  /** What the model would be given if the user said this now. */
  messagesWith(user: string): readonly Message[] {
    return [...this.messages, { role: "user", content: user }];
  }

  /** What was said before the exchanges that are kept, in short; empty when nothing was forgotten. */
  get summary(): string {
    return this.#summary;
  }

  /** Begins what one turn adds; without `user` the device speaks of its own accord. */
  begin(user?: string): Exchange {
    const exchange = new Exchange(user);
    this.#exchanges.push(exchange);
    this.#forget();
    return exchange;
  }

  /** The older half of what is kept, once it fills more than this share of what may be kept; else nothing. */
  olderThan(share: number): readonly Exchange[] {
    const total = tokensIn(this.#exchanges);
    if (total <= this.#options.maxTokens * share) return [];
    let sum = 0;
    const end = this.#exchanges.findIndex((exchange) => {
      sum += exchange.tokens;
      return sum > total / 2 || !exchange.isClosed;
    });
    return this.#exchanges.slice(0, Math.min(Math.max(end, 1), this.#exchanges.length - 1));
  }

  /** Has a summary stand for these exchanges and for the summary so far. */
  replace(exchanges: readonly Exchange[], summary: string): void {
    this.#summary = summary;
    this.#exchanges = this.#exchanges.filter((exchange) => !exchanges.includes(exchange));
  }

  #system(): Message {
    const rendered = this.#options.render?.(this.#prompt) ?? this.#prompt;
    const prompt = this.#note === "" ? rendered : `${rendered} ${this.#note}`;
    const content = this.#summary === "" ? prompt : `${prompt}\n\nWhat was said before, in short: ${this.#summary}`;
    return { role: "system", content };
  }

  #forget(): void {
    let tokens = tokensIn(this.#exchanges);
    if (tokens <= this.#options.maxTokens) return;
    // What is left begins with the user: some models demand it.
    const beginsWell = () => this.#exchanges[0]?.messages[0]?.role === "user";
    while ((tokens > this.#options.maxTokens || !beginsWell()) && this.#exchanges.length > 1) {
      tokens -= this.#exchanges.shift()?.tokens ?? 0;
    }
  }
}

function tokensIn(exchanges: readonly Exchange[]): number {
  return exchanges.reduce((sum, { tokens }) => sum + tokens, 0);
}
