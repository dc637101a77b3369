import type { Clock } from "../../protocol/clock.ts";
import { LlmError } from "../errors.ts";
import type { Llm, Message } from "../providers/llm.ts";
import { limited } from "../time-limit.ts";
import type { Memory, MemoryStore } from "./memory.ts";

const MAX_CHARACTERS = 2_000;
/** A conversation without as many words of the user says nothing about them. */
const MIN_USER_MESSAGES = 1;
/** Longest conversation that is given to the model, from its end. */
const MAX_CONVERSATION_CHARACTERS = 20_000;

const INSTRUCTION = `You keep what a voice assistant remembers of the people who use it. Below is what it remembers so far, and a new
conversation. Write the new memory, in the language of the conversation, in at most 1500 characters:
- Keep facts that help in later conversations: names, relations, likes, plans with their dates, what was promised.
- Keep what was remembered unless the conversation corrects it.
- Leave out commands to devices, the weather, the time, and small talk.
- When the conversation brings nothing new, give back what was remembered, unchanged.
Give nothing but the memory: no headings, no explanations.`;

/** What this memory is made of. */
export interface SummaryMemoryOptions {
  readonly llm: Llm;
  readonly store: MemoryStore;
  readonly clock: Clock;
  /** ms that the model may take to begin, and pause. */
  readonly timeoutMs: number;
}

/** Has the model sum up each conversation together with what was remembered before. */
export class SummaryMemory implements Memory {
  readonly #options: SummaryMemoryOptions;
  /** The work on each device's memory: one conversation after the other. */
  readonly #work = new Map<string, Promise<void>>();

  constructor(options: SummaryMemoryOptions) {
    this.#options = options;
  }

  async recall(deviceId: string): Promise<string> {
    await this.#work.get(deviceId)?.catch(() => {});
    return this.#options.store.read(deviceId);
  }

  keep(deviceId: string, conversation: readonly Message[]): Promise<void> {
    const before = this.#work.get(deviceId) ?? Promise.resolve();
    const work = before.catch(() => {}).then(() => this.#sumUp(deviceId, conversation));
    this.#work.set(deviceId, work);
    const forget = () => {
      if (this.#work.get(deviceId) === work) this.#work.delete(deviceId);
    };
    work.then(forget, forget);
    return work;
  }

  async #sumUp(deviceId: string, conversation: readonly Message[]): Promise<void> {
    const { llm, store } = this.#options;
    const spoken = conversation.filter(
      ({ role, content }) => (role === "user" || role === "assistant") && content !== "",
    );
    const isWorthIt = spoken.filter(({ role }) => role === "user").length >= MIN_USER_MESSAGES;
    if (llm.onlyCommands || !isWorthIt) return;
    const known = await store.read(deviceId);
    const lines = spoken.map(({ role, content }) => `${role === "user" ? "User" : "Assistant"}: ${content}`).join("\n");
    const date = new Date(this.#options.clock.now()).toISOString().slice(0, 10);
    const text = await this.#ask([
      { role: "system", content: INSTRUCTION },
      {
        role: "user",
        content: `Remembered so far:\n${known || "(nothing)"}\n\nConversation of ${date}:\n${lines.slice(-MAX_CONVERSATION_CHARACTERS)}`,
      },
    ]);
    if (text !== "" && text !== known) await store.write(deviceId, text);
  }

  async #ask(messages: readonly Message[]): Promise<string> {
    const { llm, clock, timeoutMs: ms } = this.#options;
    const error = () => new LlmError("llm-timeout", `no memory came for ${ms} ms`);
    const { signal } = new AbortController();
    let text = "";
    for await (const event of limited(
      (own) => llm.reply(messages, [], own),
      { clock, ms, nextMs: ms, error },
      signal,
    )) {
      if (event.type === "text") text += event.text;
      if (text.length > MAX_CHARACTERS) break;
    }
    return text.trim().slice(0, MAX_CHARACTERS);
  }
}
