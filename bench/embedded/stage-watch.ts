import type { Writable } from "node:stream";
import type { Outlook } from "../../host-server/intent/outlook.ts";
import type { Asr } from "../../host-server/providers/asr.ts";
import type { Llm, ToolSpec } from "../../host-server/providers/llm.ts";
import type { Tts } from "../../host-server/providers/tts.ts";
import type { Stages } from "../../host-server/stages.ts";

/** One stretch of sound that the server took for an utterance. */
export interface Heard {
  /** When its first and its last frame came, ms of virtual time; no end while it goes on, or when it was given up. */
  readonly startedAt: number;
  endedAt: number | undefined;
  /** Real ms at that end. */
  endedWall: number;
  text: string;
  isUnclear: boolean;
  /** The words so far at each change, and what they were taken for; for those who tune. */
  readonly partials: { readonly text: string; readonly outlook: Outlook; readonly at: number }[];
}

/** First byte of a whole binary message on a WebSocket. */
const BINARY_FRAME = 0x82;

/** Watches the stages of a server: what it hears, and what computing the user has to wait for. */
export class StageWatch {
  readonly #now: () => number;
  readonly #own: Stages;
  readonly heard: Heard[] = [];
  /** Tools of the last utterance. */
  tools: readonly ToolSpec[] = [];
  #busy: { from: number; to: number }[] = [];
  #soundWall: number | undefined;

  constructor(own: Stages, now: () => number) {
    this.#own = own;
    this.#now = now;
  }

  /** The same stages, watched. */
  get stages(): Stages {
    const { asr, llm, tts } = this.#own;
    return { ...this.#own, asr: this.#watchAsr(asr), llm: this.#watchLlm(llm), tts: this.#watchTts(tts) };
  }

  /** Forgets what was watched so far. */
  clear(): void {
    this.heard.length = 0;
    this.#busy = [];
    this.#soundWall = undefined;
  }

  /** Watches what the server sends on a WebSocket: the first sound of an answer ends the wait. */
  watchStream(stream: Writable): void {
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    stream.write = (chunk: Uint8Array, ...rest: unknown[]) => {
      if (chunk[0] === BINARY_FRAME) this.#soundWall ??= performance.now();
      return write(chunk, ...rest);
    };
  }

  /** Real ms from this real time to the first sound during which stages computed; virtual time stood still then. */
  computedSince(wall: number): number {
    const end = this.#soundWall ?? performance.now();
    let total = 0;
    let until = wall;
    for (const { from, to } of this.#busy.toSorted((a, b) => a.from - b.from)) {
      total += Math.max(0, Math.min(to, end) - Math.max(from, until));
      until = Math.max(until, to);
    }
    return total;
  }

  #watchAsr(asr: Asr): Asr {
    const watch = this;
    return replaced(asr, {
      transcribe: async function* (frames, context, signal) {
        watch.tools = context.tools;
        const heard: Heard = {
          startedAt: watch.#now(),
          endedAt: undefined,
          endedWall: 0,
          text: "",
          isUnclear: false,
          partials: [],
        };
        watch.heard.push(heard);
        for await (const transcript of asr.transcribe(watch.#untilEnd(frames, heard), context, signal)) {
          const { text, final, isUnclear } = transcript;
          heard.text = text;
          heard.isUnclear = isUnclear === true;
          if (final) watch.#busy.push({ from: heard.endedWall, to: performance.now() });
          else heard.partials.push({ text, outlook: watch.#own.outlookOf(text, context.tools), at: watch.#now() });
          yield transcript;
        }
      },
    });
  }

  async *#untilEnd(frames: AsyncIterable<Int16Array>, heard: Heard): AsyncGenerator<Int16Array> {
    yield* frames;
    heard.endedAt = this.#now();
    heard.endedWall = performance.now();
  }

  #watchLlm(llm: Llm): Llm {
    const watch = this;
    return replaced(llm, {
      reply: async function* (messages, tools, signal) {
        let from = performance.now();
        for await (const event of llm.reply(messages, tools, signal)) {
          watch.#busy.push({ from, to: performance.now() });
          yield event;
          from = performance.now();
        }
      },
    });
  }

  #watchTts(tts: Tts): Tts {
    const watch = this;
    return replaced(tts, {
      speak: async function* (text, signal) {
        const from = performance.now();
        let isFirst = true;
        for await (const speech of tts.speak(text, signal)) {
          if (isFirst) watch.#busy.push({ from, to: performance.now() });
          isFirst = false;
          yield speech;
        }
      },
    });
  }
}

/** A stage with one method in place of its own; the others find their own object whoever calls them. */
function replaced<Stage extends object>(stage: Stage, own: Partial<Stage>): Stage {
  return new Proxy(stage, {
    get: (_target, name) => {
      if (Object.hasOwn(own, name)) return Reflect.get(own, name);
      const value: unknown = Reflect.get(stage, name);
      return typeof value === "function" ? value.bind(stage) : value;
    },
  });
}
