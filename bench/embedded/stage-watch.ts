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

/** Watches the stages of a server: what it hears, and what computing the user has to wait for. */
export class StageWatch {
  readonly #now: () => number;
  readonly #own: Stages;
  readonly heard: Heard[] = [];
  /** Tools of the last utterance. */
  tools: readonly ToolSpec[] = [];
  #busy: { from: number; to: number }[] = [];

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
  }

  /** Real ms during which stages computed after this real time; virtual time stood still then. */
  computedSince(wall: number): number {
    let total = 0;
    let until = wall;
    for (const { from, to } of this.#busy.toSorted((a, b) => a.from - b.from)) {
      total += Math.max(0, to - Math.max(from, until));
      until = Math.max(until, to);
    }
    return total;
  }

  #watchAsr(asr: Asr): Asr {
    const watch = this;
    return {
      ...bound(asr),
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
    };
  }

  async *#untilEnd(frames: AsyncIterable<Int16Array>, heard: Heard): AsyncGenerator<Int16Array> {
    yield* frames;
    heard.endedAt = this.#now();
    heard.endedWall = performance.now();
  }

  #watchLlm(llm: Llm): Llm {
    const watch = this;
    return {
      ...bound(llm),
      reply: async function* (messages, tools, signal) {
        let from = performance.now();
        for await (const event of llm.reply(messages, tools, signal)) {
          watch.#busy.push({ from, to: performance.now() });
          yield event;
          from = performance.now();
        }
      },
    };
  }

  #watchTts(tts: Tts): Tts {
    const watch = this;
    return {
      ...bound(tts),
      speak: async function* (text, signal) {
        const from = performance.now();
        let isFirst = true;
        for await (const speech of tts.speak(text, signal)) {
          if (isFirst) watch.#busy.push({ from, to: performance.now() });
          isFirst = false;
          yield speech;
        }
      },
    };
  }
}

/** The methods that are passed on as they are. */
function bound<Stage extends { warmUp?(): Promise<void>; close(): Promise<void> }>(stage: Stage): Stage {
  return {
    ...stage,
    ...(stage.warmUp && { warmUp: () => stage.warmUp!() }),
    close: () => stage.close(),
  };
}
