import { AdaptiveFilter, BLOCK_SAMPLES, type FilteredBlock } from "./adaptive-filter.ts";
import { findEchoDelay } from "./echo-delay.ts";
import { NEAR_FLOOR, NearVoice } from "./near-voice.ts";
import { EchoReference } from "./reference.ts";

const FRAME_SAMPLES = 960;
/** So many frames after the last one that was said to be played, the loudspeaker and the room are silent. */
const TAIL_FRAMES = 14;
/** The frame that a device names is played to its end, and it may name it late. */
const PLAYED_FRAMES = 2;
/** Times that are further off than this many frames mean that the device plays something else. */
const JUMP_FRAMES = 4;
/** The delay is looked for in so many frames of sound. */
const SEARCHED_FRAMES = 8;
const FEWEST_SEARCHED_FRAMES = 4;
/** After so many frames without a delay there is no echo to speak of. */
const MOST_SEARCHES = 16;
/** The filter begins so many samples before the loudest part of the echo. */
const HEAD_SAMPLES = 320;
/** Two searches that are no further apart have found the same. */
const SAME_SAMPLES = 32;
/** Energy per sample below which a reference is silence: -60 dB. */
const SILENCE = 1e-6;

/** The echo's energy is remembered from block to block: a room rings on. */
const RINGING = 0.93;
/** The filter has learnt the room when so little of what was heard is left. */
const LEARNT_SHARE = 0.15;
const LEARNT_BLOCKS = 24;
const PROVING_BLOCKS = 12;
/** Until then what it makes of an echo is not to be relied on. */
const SETTLED_BLOCKS = 100;
/** A filter that makes it worse for a while, half a second, has learnt something wrong; for a moment, the device paused. */
const WORSE_SHARE = 2;
const LONG_PART = 0.03;

/**
 * Takes a device's own voice out of what it hears, frame by frame at 16 kHz. The device says which frame it was playing;
 * how much later that is heard is found by comparison, and an adaptive filter learns the way from loudspeaker to microphone.
 * What it cannot take out is muted, unless it is louder than what is left of an echo.
 */
export class EchoCanceller {
  readonly #reference = new EchoReference();
  readonly #block = new Float64Array(BLOCK_SAMPLES);
  readonly #modelled = new Float64Array(BLOCK_SAMPLES);
  readonly #nearVoice = new NearVoice();
  #filter = new AdaptiveFilter();
  /** Where the reference for the next frame is, without the delay. */
  #next: number | undefined;
  #framesSinceTold = 0;
  /** Where the reference ends that the device can have played. */
  #playedEnd = 0;
  /** How far what the device tells is from where it is. */
  #offset = 0;
  /** The device does tell what it plays. */
  #hasTimes = false;
  #delay: number | undefined;
  #searched: Float64Array[] = [];
  #searches = 0;
  /** The delay that the last search found. */
  #candidate: number | undefined;
  #hasLearnt = false;
  #learntBlocks = 0;
  #heardLong = 0;
  #leftLong = 0;
  #echo = 0;
  #left = 0;

  /** Whether what it gives now is free of the device's voice. */
  get isSure(): boolean {
    return this.#hasTimes && (this.#next === undefined || (this.#hasLearnt && !this.#isSearching));
  }

  /** Takes a frame that was sent to the device with this time. */
  played(timestamp: number, pcm: Int16Array): void {
    this.#reference.add(timestamp, pcm);
  }

  /** A frame of the microphone without echo; `timestamp` is that of the frame that was being played, 0 for none. */
  clean(pcm: Int16Array, timestamp: number): Int16Array {
    if (pcm.length !== FRAME_SAMPLES) return pcm;
    const position = this.#locate(timestamp);
    if (position === undefined) return pcm;
    const heard = Float64Array.from(pcm, (sample) => sample / 32_768);
    if (this.#isSearching) this.#search(heard, position);
    // Who speaks at the very beginning of an answer is not heard: nothing is known of its echo yet.
    if (this.#isSearching) return this.#isSounding(position) ? new Int16Array(FRAME_SAMPLES) : pcm;
    return this.#delay === undefined ? pcm : this.#cancel(heard, position - this.#delay);
  }

  #locate(timestamp: number): number | undefined {
    const told = timestamp === 0 ? undefined : this.#reference.position(timestamp);
    this.#hasTimes ||= told !== undefined;
    this.#framesSinceTold = told === undefined ? this.#framesSinceTold + 1 : 0;
    if (told !== undefined) {
      this.#compare(told);
      this.#playedEnd = (this.#next ?? told) + PLAYED_FRAMES * FRAME_SAMPLES;
    }
    if (this.#framesSinceTold > TAIL_FRAMES) this.#next = undefined;
    const position = this.#next;
    if (position !== undefined) this.#next = position + FRAME_SAMPLES;
    return position;
  }

  /** The device may play something else than was expected, or only tell it a frame early or late: sound decides. */
  #compare(told: number): void {
    const next = this.#next;
    if (next !== undefined && told === next + this.#offset) return;
    const isJump = next === undefined || Math.abs(told - next) > JUMP_FRAMES * FRAME_SAMPLES;
    this.#next = isJump ? told : next;
    this.#offset = isJump ? 0 : told - next;
    this.#searched = [];
    this.#searches = 0;
    this.#candidate = undefined;
    if (!isJump) return;
    this.#filter.clear();
    this.#echo = 0;
    this.#left = 0;
  }

  /** Whether it is not known yet how late what is played is heard. */
  get #isSearching(): boolean {
    return this.#searches < MOST_SEARCHES;
  }

  #search(heard: Float64Array, position: number): void {
    this.#searched.push(heard);
    if (this.#searched.length > SEARCHED_FRAMES) this.#searched.shift();
    if (!this.#isSounding(position)) return;
    this.#searches++;
    if (this.#searched.length < FEWEST_SEARCHED_FRAMES) return;
    const from = position - (this.#searched.length - 1) * FRAME_SAMPLES;
    const samples = new Float64Array(this.#searched.length * FRAME_SAMPLES);
    for (const [at, frame] of this.#searched.entries()) samples.set(frame, at * FRAME_SAMPLES);
    const found = findEchoDelay(samples, this.#reference, from);
    const isConfirmed = found !== undefined && Math.abs(found - (this.#candidate ?? Number.NaN)) <= SAME_SAMPLES;
    this.#candidate = found;
    if (found === undefined || !isConfirmed) return;
    this.#searches = MOST_SEARCHES;
    this.#delay = found - HEAD_SAMPLES;
    this.#filter.clear();
    // What the filter knows of the room holds for this delay too, which it has to prove.
    this.#hasLearnt = false;
    this.#nearVoice.shut();
    this.#learntBlocks = Math.min(this.#learntBlocks, LEARNT_BLOCKS - PROVING_BLOCKS);
    for (const [at, frame] of this.#searched.slice(0, -1).entries()) {
      this.#cancel(frame, from + at * FRAME_SAMPLES - this.#delay);
    }
  }

  /** Whether anything is played around this place that may be heard now. */
  #isSounding(position: number): boolean {
    const around = new Float64Array(2 * SEARCHED_FRAMES * FRAME_SAMPLES);
    this.#reference.read(position - 12 * FRAME_SAMPLES, around);
    return around.reduce((sum, sample) => sum + sample * sample, 0) > SILENCE * around.length;
  }

  #cancel(heard: Float64Array, position: number): Int16Array {
    const clean = new Int16Array(FRAME_SAMPLES);
    let isVoice = false;
    for (let at = 0; at < FRAME_SAMPLES; at += BLOCK_SAMPLES) {
      this.#readPlayed(position + at);
      const part = heard.subarray(at, at + BLOCK_SAMPLES);
      const block = this.#filter.process(this.#block, part, (b) => this.#rate(b));
      // An echo that was expected and did not come is not put into the sound.
      const least = block.left < block.heard ? block.residual : part;
      for (let k = 0; k < BLOCK_SAMPLES; k++) {
        clean[at + k] = Math.max(-32_768, Math.min(32_767, Math.round((least[k] as number) * 32_768)));
      }
      // A voice that is noticed late in a frame has begun before.
      isVoice = this.#isVoice(part, block.residual) || isVoice;
    }
    return isVoice ? clean : clean.fill(0);
  }

  /** The reference from a position on; what a device that has stopped did not play is silence. */
  #readPlayed(position: number): void {
    this.#reference.read(position, this.#block);
    if (this.#framesSinceTold > 0) this.#block.fill(0, Math.max(0, this.#playedEnd - position));
  }

  /** How much to learn from a block: little while somebody else speaks. */
  #rate({ heard, echo, left }: FilteredBlock): number {
    this.#echo = Math.max(echo, this.#echo * RINGING);
    // The device may have stopped playing what was sent to it: that says nothing about the room.
    if (this.#framesSinceTold > 0) return 0;
    this.#left = 0.5 * this.#left + 0.5 * left;
    this.#heardLong += LONG_PART * (heard - this.#heardLong);
    this.#leftLong += LONG_PART * (left - this.#leftLong);
    if (this.#leftLong > this.#heardLong * WORSE_SHARE && this.#leftLong > NEAR_FLOOR) {
      this.#forget();
      return 0;
    }
    if (echo < NEAR_FLOOR) return this.#hasLearnt ? 0 : 1;
    this.#learntBlocks =
      heard > NEAR_FLOOR && left < heard * LEARNT_SHARE ? this.#learntBlocks + 1 : this.#learntBlocks;
    this.#hasLearnt ||= this.#learntBlocks >= LEARNT_BLOCKS;
    return this.#hasLearnt ? Math.min(1, (0.05 * this.#echo) / (this.#left + 1e-9)) : 1;
  }

  /** The filter has learnt something wrong, or the delay is another. */
  #forget(): void {
    this.#delay = undefined;
    this.#searched = [];
    this.#searches = 0;
    this.#filter = new AdaptiveFilter();
    this.#hasLearnt = false;
    this.#learntBlocks = 0;
    this.#leftLong = 0;
    this.#heardLong = 0;
  }

  #isVoice(heard: Float64Array, left: Float64Array): boolean {
    for (let k = 0; k < BLOCK_SAMPLES; k++) this.#modelled[k] = (heard[k] as number) - (left[k] as number);
    const isVoice = this.#nearVoice.accept({ heard, echo: this.#modelled, left }, this.#learntBlocks >= SETTLED_BLOCKS);
    if (!this.#hasLearnt) this.#nearVoice.shut();
    return isVoice && this.#hasLearnt;
  }
}
