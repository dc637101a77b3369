import type { Llm, LlmEvent, Message, ToolSpec } from "../providers/llm.ts";
import type { Speech, Tts } from "../providers/tts.ts";
import { Queue } from "../queue.ts";
import { SentenceCutter } from "./sentences.ts";
import { spokenText } from "./text.ts";

/** What a draft is made for, and with what. */
export interface DraftOptions {
  readonly llm: Pick<Llm, "reply" | "foresee">;
  readonly tts: Pick<Tts, "speak">;
  /** The words that will probably be all. */
  readonly words: string;
  /** What the model is given when they are. */
  readonly messages: readonly Message[];
  readonly tools: readonly ToolSpec[];
}

/**
 * The beginning of an answer, made while it is not yet sure that the user has finished: the first round of the model and
 * the speech of the first sentence. It has no effect: no tool runs, and nobody hears of it before it is used. Used, it
 * stands for the model and the voice, and passes on to them what it has not made.
 */
export class Draft {
  readonly #options: DraftOptions;
  readonly #abort = new AbortController();
  /** Until they are read. */
  #events: Queue<LlmEvent> | undefined;
  #recordings = new Map<string, Recording>();
  #hasFailed = false;

  constructor(options: DraftOptions) {
    this.#options = options;
    const events = new Queue<LlmEvent>();
    this.#events = events;
    this.#make(events).then(
      () => events.close(),
      (error: unknown) => {
        this.#hasFailed = true;
        events.fail(error);
      },
    );
  }

  get words(): string {
    return this.#options.words;
  }

  /** Whether it is the answer to these messages; a draft that failed is none. */
  fits(messages: readonly Message[], tools: readonly ToolSpec[]): boolean {
    const { messages: own, tools: ownTools } = this.#options;
    return (
      !this.#hasFailed &&
      !this.#abort.signal.aborted &&
      own.length === messages.length &&
      own.every((message, at) => isSame(message, messages[at] as Message)) &&
      ownTools.length === tools.length &&
      ownTools.every((tool, at) => tool === tools[at])
    );
  }

  /** The model, of which the first reply is the draft's. */
  get llm(): Pick<Llm, "reply"> {
    return { reply: (messages, tools, signal) => this.#reply(messages, tools, signal) };
  }

  /** The voice, which has spoken some sentences already. */
  get tts(): Pick<Tts, "speak"> {
    return {
      speak: (text, signal) => {
        const recording = this.#recordings.get(text);
        this.#recordings.delete(text);
        return recording ? recording.play(signal) : this.#options.tts.speak(text, signal);
      },
    };
  }

  /** Ends all work on it. */
  discard(): void {
    this.#abort.abort();
    this.#events?.clear();
    for (const recording of this.#recordings.values()) recording.discard();
    this.#recordings.clear();
  }

  async *#reply(
    messages: readonly Message[],
    tools: readonly ToolSpec[],
    signal: AbortSignal,
  ): AsyncGenerator<LlmEvent, void, undefined> {
    const events = this.#events;
    this.#events = undefined;
    if (!events) return yield* this.#options.llm.reply(messages, tools, signal);
    const stop = () => {
      this.#abort.abort(signal.reason);
      events.clear();
    };
    signal.addEventListener("abort", stop, { once: true });
    try {
      yield* events;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  async #make(events: Queue<LlmEvent>): Promise<void> {
    const { llm, messages, tools } = this.#options;
    const { signal } = this.#abort;
    const cutter = new SentenceCutter();
    const sentences: string[] = [];
    let asksForTools = false;
    for await (const event of llm.reply(messages, tools, signal)) {
      if (signal.aborted) return;
      events.push(event);
      asksForTools ||= event.type === "tool-call";
      if (event.type === "text" && sentences.length === 0) sentences.push(...cutter.push(event.text));
      this.#record(sentences[0]);
    }
    const expected = asksForTools ? (llm.foresee?.(messages, tools) ?? "") : "";
    const rest = sentences.length === 0 ? [...cutter.push(expected), ...cutter.end()] : [];
    this.#record(rest[0]);
  }

  #record(sentence: string | undefined): void {
    const text = spokenText(sentence ?? "");
    if (text === "" || this.#recordings.has(text) || this.#abort.signal.aborted) return;
    this.#recordings.set(text, new Recording(this.#options.tts, text));
  }
}

/** The speech of a sentence, made ahead. */
class Recording {
  readonly #speech = new Queue<Speech>();
  readonly #abort = new AbortController();

  constructor(tts: Pick<Tts, "speak">, text: string) {
    this.#make(tts, text).then(
      () => this.#speech.close(),
      (error: unknown) => this.#speech.fail(error),
    );
  }

  async *play(signal: AbortSignal): AsyncGenerator<Speech, void, undefined> {
    const stop = () => this.discard();
    signal.addEventListener("abort", stop, { once: true });
    try {
      yield* this.#speech;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  discard(): void {
    this.#abort.abort();
    this.#speech.clear();
  }

  async #make(tts: Pick<Tts, "speak">, text: string): Promise<void> {
    for await (const chunk of tts.speak(text, this.#abort.signal)) {
      if (this.#abort.signal.aborted) return;
      this.#speech.push(chunk);
    }
  }
}

function isSame(one: Message, other: Message): boolean {
  return (
    one === other ||
    (one.role === other.role &&
      one.content === other.content &&
      one.toolCallId === other.toolCallId &&
      one.toolCalls === other.toolCalls)
  );
}
