import { Random } from "../random.ts";
import { firstAudible } from "./level.ts";
import { Microphone } from "./microphone.ts";
import { Speaker } from "./speaker.ts";

/** How a device's loudspeaker is heard by its microphone. */
export interface EchoPathOptions {
  /** ms from the loudspeaker to the first echo; longer than a block of the simulator's sound, which is 32 ms. */
  readonly delayMs?: number;
  /** Loudness of the direct sound; 0 for a microphone that does not hear the loudspeaker. */
  readonly gain?: number;
  /** Loudness of the reflections together, as a share of it. */
  readonly reflections?: number;
  /** ms after which the last reflection comes. */
  readonly roomMs?: number;
  /** Level, in steps of 16 bits, that the loudspeaker's membrane never reaches: what is louder comes out distorted. */
  readonly limit?: number;
  /** Root mean square of the noise that the microphone hears besides, in steps of 16 bits. */
  readonly noise?: number;
  /** Which room of this sort it is. */
  readonly seed?: number;
}

/** Samples for each ms: the air has a rate of its own, 16 kHz. */
const PER_MS = 16;
const KEPT_SAMPLES = 1 << 15;
const REFLECTIONS = 24;
/** Peak of evenly spread noise whose root mean square is one. */
const NOISE_PEAK = Math.sqrt(3);

interface Reflection {
  readonly samples: number;
  readonly gain: number;
}

/** The air between a device's loudspeaker and its microphone: give both parts to one device. */
export class EchoPath {
  readonly microphone: HearingMicrophone;
  readonly speaker: HeardSpeaker;
  readonly #reflections: readonly Reflection[];
  readonly #air = new Float32Array(KEPT_SAMPLES);
  readonly #limit: number;
  readonly #noise: number;
  readonly #random: Random;
  /** Number of the newest sample in the air, counted from the epoch. */
  #newest = 0;

  constructor(options: EchoPathOptions = {}) {
    const { delayMs = 50, gain = 0.4, reflections = 0.4, roomMs = 120, seed = 7 } = options;
    const random = new Random(seed, "echo");
    this.#limit = options.limit ?? 0;
    this.#noise = options.noise ?? 0;
    this.#random = new Random(seed, "noise");
    const others = Array.from({ length: REFLECTIONS }, () => {
      const ms = random.between(1, roomMs);
      const loudness =
        (gain * reflections * random.between(-1, 1) * Math.exp((-3 * ms) / roomMs)) / Math.sqrt(REFLECTIONS);
      return { samples: Math.round((delayMs + ms) * PER_MS), gain: loudness };
    });
    this.#reflections = gain === 0 ? [] : [{ samples: Math.round(delayMs * PER_MS), gain }, ...others];
    this.microphone = new HearingMicrophone(this);
    this.speaker = new HeardSpeaker(this);
  }

  /** Takes a block that the loudspeaker plays from `at` on, in ms. */
  sound(block: Int16Array, sampleRate: number, at: number): void {
    const first = Math.ceil(at * PER_MS);
    for (let number = first; ; number++) {
      const position = ((number / PER_MS - at) * sampleRate) / 1000;
      const index = Math.floor(position);
      if (index + 1 > block.length) return;
      const [one, other] = [block[index] as number, block[Math.min(index + 1, block.length - 1)] as number];
      // Where nothing sounded the air is silent.
      for (let gap = Math.max(this.#newest + 1, number - KEPT_SAMPLES); gap < number; gap++)
        this.#air[gap % KEPT_SAMPLES] = 0;
      this.#air[number % KEPT_SAMPLES] = this.#limited(one + (other - one) * (position - index));
      this.#newest = Math.max(this.#newest, number);
    }
  }

  /** Adds what is heard from `at` on to a block of the microphone. */
  mixInto(block: Int16Array, sampleRate: number, at: number): void {
    for (let index = 0; index < block.length; index++) {
      const number = Math.round((at + (index * 1000) / sampleRate) * PER_MS);
      let sum = block[index] as number;
      for (const { samples, gain } of this.#reflections) sum += gain * this.#sample(number - samples);
      if (this.#noise > 0) sum += this.#noise * NOISE_PEAK * this.#random.between(-1, 1);
      block[index] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
    }
  }

  #limited(sample: number): number {
    return this.#limit === 0 ? sample : this.#limit * Math.tanh(sample / this.#limit);
  }

  #sample(number: number): number {
    const isKept = number <= this.#newest && number > this.#newest - KEPT_SAMPLES;
    return isKept ? (this.#air[number % KEPT_SAMPLES] as number) : 0;
  }
}

/** A microphone that also hears the loudspeaker of its device. */
class HearingMicrophone extends Microphone {
  readonly #path: EchoPath;
  /** When the last utterance was first heard, in ms of the clock; undefined until it is. Whoever speaks clears it. */
  voiceAt: number | undefined;

  constructor(path: EchoPath) {
    super();
    this.#path = path;
  }

  override take(count: number, sampleRate: number, at: number): Int16Array {
    const block = super.take(count, sampleRate, at);
    const first = this.voiceAt === undefined ? firstAudible(block) : -1;
    if (first >= 0) this.voiceAt = at + (first * 1000) / sampleRate;
    this.#path.mixInto(block, sampleRate, at);
    return block;
  }
}

/** A loudspeaker that the microphone of its device hears. */
class HeardSpeaker extends Speaker {
  readonly #path: EchoPath;

  constructor(path: EchoPath) {
    super();
    this.#path = path;
  }

  override play(block: Int16Array, sampleRate: number, at: number, written: number): void {
    super.play(block, sampleRate, at, written);
    this.#path.sound(block, sampleRate, at);
  }
}
