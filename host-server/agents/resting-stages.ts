import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { Asr, AsrContext, Transcript } from "../providers/asr.ts";
import type { Speech, Tts } from "../providers/tts.ts";
import type { Vad, VadStream } from "../providers/vad.ts";
import type { Voiceprint } from "../providers/voiceprint.ts";

/** ms without a use after which a stage frees its models. */
const REST_MS = 30 * 60_000;

interface Closable {
  close(): Promise<void>;
}

/** A stage that is closed when nobody has needed it for half an hour, and made anew when somebody does. */
export class OnDemand<Stage extends Closable> {
  readonly #make: () => Stage;
  readonly #clock: Clock;
  #stage: Stage | undefined;
  #uses = 0;
  #cancelRest: Cancel = () => {};
  /** The closing of stages that were let go. */
  #closing: Promise<void> = Promise.resolve();

  constructor(make: () => Stage, clock: Clock) {
    this.#make = make;
    this.#clock = clock;
    // Loads nothing, and shows whether it can be made.
    this.#stage = make();
  }

  /** The stage, which stays until `end` is called, and for a while afterwards. */
  use(): { readonly stage: Stage; readonly end: () => void } {
    this.#cancelRest();
    this.#stage ??= this.#make();
    this.#uses++;
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      this.#uses--;
      if (this.#uses === 0) this.#rest();
    };
    return { stage: this.#stage, end };
  }

  /** Gives what `run` gives, and keeps the stage as long as that takes. */
  async during<T>(run: (stage: Stage) => Promise<T> | undefined): Promise<T | undefined> {
    const { stage, end } = this.use();
    try {
      return await run(stage);
    } finally {
      end();
    }
  }

  /** Gives all of what `run` gives, and keeps the stage as long as it is read. */
  async *through<T>(run: (stage: Stage) => AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    const { stage, end } = this.use();
    try {
      yield* run(stage);
    } finally {
      end();
    }
  }

  async close(): Promise<void> {
    this.#cancelRest();
    const stage = this.#stage;
    this.#stage = undefined;
    await Promise.all([this.#closing, stage?.close()]);
  }

  #rest(): void {
    this.#cancelRest();
    this.#cancelRest = this.#clock.schedule(REST_MS, () => {
      const closing = this.#stage?.close() ?? Promise.resolve();
      this.#stage = undefined;
      // Whoever closes all of them hears what went wrong.
      closing.catch(() => {});
      this.#closing = closing;
    });
  }
}

/** A voice detector that frees its models between uses that lie far apart. */
export class RestingVad implements Vad {
  readonly #vad: OnDemand<Vad>;

  constructor(vad: OnDemand<Vad>) {
    this.#vad = vad;
  }

  async warmUp(): Promise<void> {
    await this.#vad.during((vad) => vad.warmUp?.());
  }

  open(): VadStream {
    const { stage, end } = this.#vad.use();
    const stream = stage.open();
    return {
      accept: (pcm) => stream.accept(pcm),
      close: () => {
        stream.close();
        end();
      },
    };
  }

  close(): Promise<void> {
    return this.#vad.close();
  }
}

/** A recogniser that frees its models between uses that lie far apart. */
export class RestingAsr implements Asr {
  readonly #asr: OnDemand<Asr>;

  constructor(asr: OnDemand<Asr>) {
    this.#asr = asr;
  }

  async warmUp(): Promise<void> {
    await this.#asr.during((asr) => asr.warmUp?.());
  }

  async check(): Promise<void> {
    await this.#asr.during((asr) => asr.check?.());
  }

  transcribe(frames: AsyncIterable<Int16Array>, context: AsrContext, signal: AbortSignal): AsyncIterable<Transcript> {
    return this.#asr.through((asr) => asr.transcribe(frames, context, signal));
  }

  close(): Promise<void> {
    return this.#asr.close();
  }
}

/** A voice that frees its models between uses that lie far apart. */
export class RestingTts implements Tts {
  readonly #tts: OnDemand<Tts>;

  constructor(tts: OnDemand<Tts>) {
    this.#tts = tts;
  }

  async warmUp(): Promise<void> {
    await this.#tts.during((tts) => tts.warmUp?.());
  }

  async check(): Promise<void> {
    await this.#tts.during((tts) => tts.check?.());
  }

  speak(text: string, signal: AbortSignal): AsyncIterable<Speech> {
    return this.#tts.through((tts) => tts.speak(text, signal));
  }

  close(): Promise<void> {
    return this.#tts.close();
  }
}

/** Knows people by their voices, and frees its models between uses that lie far apart. */
export class RestingVoiceprint implements Voiceprint {
  readonly #voiceprint: OnDemand<Voiceprint>;

  constructor(voiceprint: OnDemand<Voiceprint>) {
    this.#voiceprint = voiceprint;
  }

  async warmUp(): Promise<void> {
    await this.#voiceprint.during((voiceprint) => voiceprint.warmUp());
  }

  async identify(pcm: Int16Array, signal: AbortSignal): Promise<string | undefined> {
    return this.#voiceprint.during((voiceprint) => voiceprint.identify(pcm, signal));
  }

  async learn(id: string, pcm: Int16Array): Promise<Float32Array> {
    return (await this.#voiceprint.during((voiceprint) => voiceprint.learn?.(id, pcm))) ?? new Float32Array();
  }

  async forget(id: string): Promise<void> {
    await this.#voiceprint.during((voiceprint) => voiceprint.forget?.(id));
  }

  close(): Promise<void> {
    return this.#voiceprint.close();
  }
}
