import type { Clock } from "../../protocol/clock.ts";
import { LlmError } from "../errors.ts";
import type { Llm, Message } from "../providers/llm.ts";
import { limited } from "../time-limit.ts";
import { type MemoryOwner, type MemoryStore, ownerKey } from "./memory.ts";
import type { WaitingConversations } from "./waiting-conversations.ts";

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

/** ms that a server which stops waits for what is being remembered. */
const GOODBYE_MS = 5_000;

/** What this memory is made of. */
export interface SummaryMemoryOptions {
  readonly store: MemoryStore;
  readonly waiting: WaitingConversations;
  readonly clock: Clock;
}

/** Who sums up. */
export interface Summariser {
  readonly llm: Llm;
  /** ms that the model may take to begin, and pause. */
  readonly timeoutMs: number;
}

/** A conversation that is being remembered. */
interface Job {
  readonly owner: MemoryOwner;
  readonly text: string;
}

/**
 * Has the model sum up each conversation together with what was remembered before. What could not be summed up, because the model
 * failed or the server stopped, is when its owner speaks again.
 */
export class SummaryMemory {
  readonly #options: SummaryMemoryOptions;
  /** The work on each memory: one conversation after the other. */
  readonly #work = new Map<string, Promise<void>>();
  readonly #jobs = new Set<Job>();

  constructor(options: SummaryMemoryOptions) {
    this.#options = options;
  }

  async recall(owner: MemoryOwner, by: Summariser): Promise<string> {
    const text = by.llm.onlyCommands ? "" : this.#options.waiting.take(owner);
    if (text !== "") this.#begin({ owner, text }, by).catch(() => {});
    await this.#work.get(ownerKey(owner))?.catch(() => {});
    return this.#options.store.read(owner);
  }

  /** @throws when it cannot be summed up now */
  async keep(owner: MemoryOwner, conversation: readonly Message[], by: Summariser): Promise<void> {
    const spoken = conversation.filter(
      ({ role, content }) => (role === "user" || role === "assistant") && content !== "",
    );
    const isWorthIt = spoken.filter(({ role }) => role === "user").length >= MIN_USER_MESSAGES;
    if (by.llm.onlyCommands || !isWorthIt) return;
    const lines = spoken.map(({ role, content }) => `${role === "user" ? "User" : "Assistant"}: ${content}`).join("\n");
    const date = new Date(this.#options.clock.now()).toISOString().slice(0, 10);
    await this.#begin({ owner, text: `Conversation of ${date}:\n${lines.slice(-MAX_CONVERSATION_CHARACTERS)}` }, by);
  }

  /** Waits for what is being summed up, but not for long, and keeps the rest for the next time. */
  async close(): Promise<void> {
    const { clock, waiting } = this.#options;
    const late = Promise.withResolvers<void>();
    const cancel = clock.schedule(GOODBYE_MS, () => late.resolve());
    await Promise.race([Promise.allSettled([...this.#work.values()]), late.promise]);
    cancel();
    for (const { owner, text } of this.#jobs) waiting.add(owner, text);
    this.#jobs.clear();
    waiting.save();
  }

  #begin(job: Job, by: Summariser): Promise<void> {
    const key = ownerKey(job.owner);
    const before = this.#work.get(key) ?? Promise.resolve();
    const work = before.catch(() => {}).then(() => this.#finish(job, by));
    this.#jobs.add(job);
    this.#work.set(key, work);
    const forget = () => {
      if (this.#work.get(key) === work) this.#work.delete(key);
    };
    work.then(forget, forget);
    return work;
  }

  async #finish(job: Job, by: Summariser): Promise<void> {
    const { waiting } = this.#options;
    try {
      await this.#sumUp(job, by);
      this.#jobs.delete(job);
    } catch (error) {
      // A server that stops has kept it already.
      if (this.#jobs.delete(job)) waiting.add(job.owner, job.text);
      waiting.save();
      throw error;
    }
  }

  async #sumUp({ owner, text }: Job, by: Summariser): Promise<void> {
    const { store } = this.#options;
    const known = await store.read(owner);
    const memory = await this.#ask(by, [
      { role: "system", content: INSTRUCTION },
      { role: "user", content: `Remembered so far:\n${known || "(nothing)"}\n\n${text}` },
    ]);
    if (memory !== "" && memory !== known) await store.write(owner, memory);
  }

  async #ask({ llm, timeoutMs: ms }: Summariser, messages: readonly Message[]): Promise<string> {
    const { clock } = this.#options;
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
