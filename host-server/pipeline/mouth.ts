import type { OpusEncoder } from "../audio/opus.ts";
import type { Log } from "../log.ts";
import type { Pacer } from "./pace/pacer.ts";
import type { Track } from "./pace/track.ts";

/** Hz of what devices hear. */
export const SPEECH_SAMPLE_RATE = 24_000;

/** Frames after which a sentence has another part, 15 s: who pauses a song goes on from there, not from its beginning. */
const PART_FRAMES = 250;

/** Where the sound of an answer goes, and who is told. */
export interface MouthOptions {
  readonly pacer: Pacer;
  readonly log: Log;
  /** A sentence begins to be sent, for the first time or again. */
  readonly onSentence: (sentence: string, isAgain: boolean) => void;
  readonly sendAudio: (packet: Uint8Array) => void;
}

/** A sentence on its way to the device. */
interface Sentence {
  readonly text: string;
  /** Goes on with the sentence before, and is shown only when it is said again. */
  readonly isPart: boolean;
  /** Frames of it that exist so far. */
  frames: number;
  /** Number of its first frame, once it is being sent. */
  firstFrame: number;
  /** What of it was sent, for saying it again. */
  packets: Uint8Array[];
  isAgain: boolean;
}

/** The sound of one turn on its way to the device: can be held and go on, and knows how much of it was heard. */
export class Mouth {
  readonly #options: MouthOptions;
  readonly #track: Track;
  #encoder: OpusEncoder | undefined;
  /** Begun, and not yet heard to the end. */
  #begun: Sentence[] = [];
  #last: Sentence | undefined;
  #heardCharacters = 0;

  constructor(options: MouthOptions) {
    this.#options = options;
    this.#track = options.pacer.open({
      encode: (pcm) => this.#guarded("a frame could not be encoded", () => this.#encode(pcm)),
      send: (packet) => this.#guarded("a frame could not be sent", () => this.#send(packet)),
    });
  }

  /** Characters of the sentences that the device has played by now, about. */
  get heardCharacters(): number {
    const played = this.#track.playedFrames;
    return this.#begun.reduce((sum, { text, isPart, frames, firstFrame }) => {
      const share = frames === 0 ? 1 : Math.min(1, Math.max(0, (played - firstFrame) / frames));
      return sum + Math.floor(isPart ? 0 : text.length * share);
    }, this.#heardCharacters);
  }

  /** Something of it may be sounding at the device. */
  get isHeard(): boolean {
    return this.#track.sentFrames > 0;
  }

  /** The frames that follow are this sentence's. */
  say(text: string): void {
    this.#follow(text, false);
  }

  /** Adds one frame: PCM, or the packet that was made of it before. */
  push(frame: Int16Array | Uint8Array): void {
    if (this.#last && this.#last.frames >= PART_FRAMES) this.#follow(this.#last.text, true);
    if (this.#last) this.#last.frames++;
    this.#track.push(frame);
  }

  /** Resolves while less than `ms` of sound waits to be sent. */
  room(ms: number): Promise<void> {
    return this.#track.room(ms);
  }

  /** Sends nothing until `resume`. */
  pause(): void {
    this.#track.hold();
  }

  /** Goes on from the beginning of the sentence that was being heard. */
  resume(): void {
    const played = this.#track.playedFrames;
    this.#forgetHeard(played);
    const again = this.#begun;
    this.#begun = [];
    const items = again.flatMap((sentence, at) => {
      const { packets } = sentence;
      sentence.packets = [];
      sentence.isAgain = !sentence.isPart || at === 0;
      return [{ run: () => this.#begin(sentence) }, ...packets.map((frame) => ({ frame }))];
    });
    this.#track.goOn(again[0]?.firstFrame, items);
  }

  /** No sound follows: resolves when the device has played all of it, or when it is closed. */
  finish(): Promise<void> {
    return this.#track.finish();
  }

  /** Falls silent for good. */
  close(): void {
    this.#track.close();
    this.#encoder?.close();
    this.#encoder = undefined;
    for (const sentence of this.#begun) sentence.packets = [];
  }

  #follow(text: string, isPart: boolean): void {
    const sentence: Sentence = { text, isPart, frames: 0, firstFrame: 0, packets: [], isAgain: false };
    this.#last = sentence;
    this.#track.afterFrames(() => this.#begin(sentence));
  }

  #begin(sentence: Sentence): void {
    this.#forgetHeard(this.#track.playedFrames);
    sentence.firstFrame = this.#track.sentFrames;
    this.#begun.push(sentence);
    if (!sentence.isPart || sentence.isAgain) this.#options.onSentence(sentence.text, sentence.isAgain);
  }

  /** Sentences that the device has played are not said again. */
  #forgetHeard(played: number): void {
    for (let first = this.#begun[0]; first; first = this.#begun[0]) {
      if (played < first.firstFrame + first.frames) return;
      if (!first.isPart) this.#heardCharacters += first.text.length;
      this.#begun.shift();
    }
  }

  /** The pacer serves all turns: what goes wrong in one must not reach it. */
  #guarded<T>(failure: string, run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.#options.log.error({ error }, failure);
      return undefined;
    }
  }

  #send(packet: Uint8Array): void {
    this.#begun.at(-1)?.packets.push(packet);
    this.#options.sendAudio(packet);
  }

  #encode(pcm: Int16Array): Uint8Array {
    const { effort, createEncoder } = this.#options.pacer;
    const level = effort.level(this.#encoder === undefined);
    this.#encoder ??= createEncoder({ sampleRate: SPEECH_SAMPLE_RATE });
    const encoder = this.#encoder;
    encoder.tune(level);
    return effort.measure(level, () => encoder.encode(pcm));
  }
}
