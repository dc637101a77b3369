import { BLOCK_SAMPLES } from "./adaptive-filter.ts";
import { BandEnergy } from "./band-energy.ts";

/**
 * Only vowels count. Above, the coding of what the microphone heard leaves a noise of up to a third of an echo, which no
 * filter can take out; below 1 kHz it is a hundredth.
 */
const FROM_HZ = 200;
const TO_HZ = 1_000;
/** What is left is somebody's voice when it is so many times what is usually left of an echo, within these bounds. */
const NEAR_FACTOR = 8;
const LEAST_NEAR_SHARE = 0.4;
const MOST_NEAR_SHARE = 0.7;
/** While the filter still learns, a voice must be louder than the echo. */
const UNSETTLED_NEAR_SHARE = 1.4;
/** What is usually left follows the least of it, and rises slowly. */
const SHARE_FALL = 0.06;
const SHARE_RISE = 1.01;
/** A voice is so many times louder than the steady noise, which follows the least of what is left and rises slowly. */
const NOISE_FACTOR = 6;
const NOISE_RISE = 1.003;
/** The echo's energy is remembered from block to block: a room rings on. */
const RINGING = 0.93;
/** A sound that lasts for fewer blocks, 45 ms, is the beginning of a consonant that the filter did not expect. */
const FEWEST_BLOCKS = 3;
/** Blocks for which a voice stays open after it was heard. */
const OPEN_BLOCKS = 8;

/** Less than this is no voice. */
export const NEAR_FLOOR = 2e-6 * BLOCK_SAMPLES;

/** A block of 15 ms: what the microphone heard, the echo in it as modelled, and what is left. */
export interface Parted {
  readonly heard: Float64Array;
  readonly echo: Float64Array;
  readonly left: Float64Array;
}

/** Decides whether what is left of an echo is somebody's voice. */
export class NearVoice {
  readonly #heardBand = new BandEnergy(FROM_HZ, TO_HZ);
  readonly #echoBand = new BandEnergy(FROM_HZ, TO_HZ);
  readonly #leftBand = new BandEnergy(FROM_HZ, TO_HZ);
  #echo = 0;
  #left = 0;
  #noise = NEAR_FLOOR;
  #usualShare = 1;
  #blocks = 0;
  #open = 0;

  /** Takes the next block; `isSettled` says whether the filter knows the room. Whether a voice is heard in it. */
  accept({ heard, echo, left }: Parted, isSettled: boolean): boolean {
    // Where less was heard than is left, nothing sounded and an echo was expected: the device had stopped.
    const near = Math.min(this.#heardBand.of(heard), this.#leftBand.of(left));
    this.#measure(near, this.#echoBand.of(echo));
    const usual = Math.min(MOST_NEAR_SHARE, Math.max(LEAST_NEAR_SHARE, NEAR_FACTOR * this.#usualShare));
    const share = isSettled ? usual : UNSETTLED_NEAR_SHARE;
    const isLoud = near > share * this.#echo + NEAR_FLOOR + NOISE_FACTOR * this.#noise;
    this.#blocks = isLoud ? this.#blocks + 1 : 0;
    if (this.#blocks >= FEWEST_BLOCKS || (isLoud && this.#open > 0)) this.#open = OPEN_BLOCKS;
    else if (this.#open > 0) this.#open--;
    return this.#open > 0;
  }

  /** What was heard so far is no voice. */
  shut(): void {
    this.#open = 0;
    this.#blocks = 0;
  }

  #measure(near: number, echo: number): void {
    this.#echo = Math.max(echo, this.#echo * RINGING);
    this.#left = 0.5 * this.#left + 0.5 * near;
    this.#noise = this.#left < this.#noise ? this.#left : this.#noise * NOISE_RISE;
    if (echo < NEAR_FLOOR) return;
    const now = Math.min(1, this.#left / this.#echo);
    const usual = this.#usualShare;
    this.#usualShare = now < usual ? usual + SHARE_FALL * (now - usual) : Math.min(1, usual * SHARE_RISE);
  }
}
