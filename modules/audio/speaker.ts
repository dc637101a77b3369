import AudioOut from "embedded:io/audio/out";
import type { Cancel, Clock } from "../../protocol/clock.ts";
import { contained } from "../system/contained.ts";
import { log, reason } from "../system/log.ts";
import { Bell } from "./bell.ts";
import { JitterBuffer, type PacketCounts, type Playable } from "./jitter-buffer.ts";
import { OpusDecoder } from "./opus/opus.ts";

/** Longest packet a server may send. */
const MAX_FRAME_MS = 120;

/** Length of the packets of a server that says nothing else. */
const USUAL_FRAME_MS = 60;

/** After so long without sound the output is switched off. */
const POWER_OFF_MS = 15_000;

const SILENCE_BYTES = 960;

/** Percent. What rings must be heard, also on a device that was turned down. */
const MIN_RING_VOLUME = 40;

export interface SpeakerOptions {
  /** Hz; Opus decodes at 8, 12, 16, 24 and 48 kHz. */
  readonly sampleRate: number;
  readonly clock: Clock;
}

/**
 * The speaker as a sink of Opus packets. Decodes when the platform asks for sound, so that at most one frame of PCM
 * waits; plays silence when there is nothing to play.
 */
export class Speaker {
  readonly #options: SpeakerOptions;
  readonly #buffer = new JitterBuffer();
  readonly #pcm: Uint8Array;
  readonly #silence = new Uint8Array(SILENCE_BYTES);
  readonly #bell: Bell;
  #isRinging = false;
  /** The bell is heard: it rings, or gives its short sign. */
  #isSounding = false;
  /** Of the frame that is being played. */
  #timestamp = 0;
  #pcmStart = 0;
  #pcmEnd = 0;
  /** Of the last packet; a missing one is taken to be as long. */
  #frameMs = USUAL_FRAME_MS;
  #output: AudioOut | undefined;
  #decoder: OpusDecoder | undefined;
  #volumePercent = 0;
  #isRunning = false;
  #whenDrained: (() => void) | undefined;
  #cancelPowerOff: Cancel | undefined;

  /** A packet with this timestamp, unless it was 0, has been given to the output. */
  onPlayed: ((timestamp: number) => void) | undefined;

  constructor(options: SpeakerOptions) {
    this.#options = options;
    this.#bell = new Bell(options.sampleRate);
    this.#pcm = new Uint8Array((options.sampleRate / 1000) * MAX_FRAME_MS * 2);
  }

  /** Percent. */
  get volume(): number {
    return this.#volumePercent;
  }

  /** 0 to 100; the loudness follows the square, as the ear does. */
  set volume(percent: number) {
    this.#volumePercent = percent;
    this.#applyVolume();
  }

  #applyVolume(): void {
    const percent = this.#isRinging ? Math.max(this.#volumePercent, MIN_RING_VOLUME) : this.#volumePercent;
    if (this.#output) this.#output.volume = (percent / 100) ** 2;
  }

  /** Rings until `silence`; other sound goes on, turned down. */
  ring(): void {
    this.#isRinging = true;
    this.#isSounding = true;
    this.#bell.ring();
    this.#run();
    this.#applyVolume();
  }

  /** A short sign that the device listens. */
  chime(): void {
    if (this.#isRinging) return;
    this.#isSounding = true;
    this.#bell.chime();
    this.#run();
  }

  silence(): void {
    this.#isRinging = false;
    this.#isSounding = false;
    this.#applyVolume();
  }

  /** Packets that wait to be played. */
  get waiting(): number {
    return this.#buffer.length;
  }

  /** Nothing is left to play. */
  get isDrained(): boolean {
    return this.#buffer.isEmpty && this.#pcmStart === this.#pcmEnd;
  }

  /** `timestamp` is what `onPlayed` is told when the packet has been played; `lost` packets before it are missing. */
  play(packet: Uint8Array, timestamp: number, lost = 0): void {
    this.#buffer.push(packet, timestamp, lost);
    this.#run();
  }

  /** The answer is complete: its rest is played, and silence after it is no gap. */
  complete(): void {
    this.#buffer.complete();
  }

  /** What became of the packets since the last call. */
  takeCounts(): PacketCounts {
    return this.#buffer.takeCounts();
  }

  /** Runs `callback` once all that was given has been played: at once when nothing is left. */
  whenDrained(callback: () => void): void {
    this.#buffer.complete();
    if (this.isDrained) callback();
    else this.#whenDrained = callback;
  }

  /** Falls silent at once; a caller of `whenDrained` that is still waiting is forgotten. */
  flush(): void {
    this.#whenDrained = undefined;
    this.#buffer.clear();
    this.#pcmStart = 0;
    this.#pcmEnd = 0;
    this.#timestamp = 0;
    this.#decoder?.reset();
  }

  #run(): void {
    this.#cancelPowerOff?.();
    this.#cancelPowerOff = undefined;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#decoder ??= new OpusDecoder(this.#options.sampleRate, MAX_FRAME_MS);
    this.#output ??= this.#open();
    this.#output.start();
  }

  #open(): AudioOut {
    const speaker = this;
    const output = new AudioOut({
      sampleRate: this.#options.sampleRate,
      channels: 1,
      bitsPerSample: 16,
      onWritable(byteLength) {
        contained("speaker", () => speaker.#fill(this, byteLength));
      },
    });
    output.volume = (this.#volumePercent / 100) ** 2;
    return output;
  }

  /** The platform must be answered with all it asked for, or the output stops. */
  #fill(output: AudioOut, byteLength: number): void {
    let left = byteLength & ~1;
    while (left > 0) {
      if (this.#pcmStart === this.#pcmEnd && !this.#decodeNext()) break;
      const end = Math.min(this.#pcmStart + left, this.#pcmEnd);
      const sound = this.#pcm.subarray(this.#pcmStart, end);
      this.#mix(sound);
      output.write(sound);
      left -= end - this.#pcmStart;
      this.#pcmStart = end;
      if (end === this.#pcmEnd && this.#timestamp > 0) this.onPlayed?.(this.#timestamp);
    }
    if (left > 0) this.#ranDry();
    while (left > 0) {
      const bytes = Math.min(left, SILENCE_BYTES);
      output.write(this.#quiet(bytes));
      left -= bytes;
    }
  }

  /** What is heard when nothing is played. */
  #quiet(byteLength: number): Uint8Array {
    const quiet = byteLength === SILENCE_BYTES ? this.#silence : this.#silence.subarray(0, byteLength);
    if (!this.#isSounding) return quiet;
    const sound = new Uint8Array(byteLength);
    this.#mix(sound);
    return sound;
  }

  #mix(sound: Uint8Array): void {
    if (this.#isSounding) this.#isSounding = this.#bell.mixInto(sound);
  }

  /** False when there is nothing to play; a packet that is not Opus is skipped. */
  #decodeNext(): boolean {
    this.#pcmStart = 0;
    this.#pcmEnd = 0;
    for (let next = this.#buffer.take(); next; next = this.#buffer.take()) {
      try {
        this.#pcmEnd = this.#decode(next);
        this.#timestamp = this.#buffer.timestamp;
        return true;
      } catch (error) {
        log.warn("audio packet dropped", { reason: reason(error) });
      }
    }
    return false;
  }

  /** Bytes of sound for a packet, or for one that is late. */
  #decode(next: Playable): number {
    if (!this.#decoder) return 0;
    if (next === "gap") return this.#decoder.conceal(this.#frameMs, this.#pcm);
    const byteLength = this.#decoder.decode(next, this.#pcm);
    this.#frameMs = byteLength / 2 / (this.#options.sampleRate / 1000);
    return byteLength;
  }

  #ranDry(): void {
    if (this.#buffer.isEmpty) {
      const drained = this.#whenDrained;
      this.#whenDrained = undefined;
      drained?.();
    }
    this.#cancelPowerOff ??= this.#options.clock.schedule(POWER_OFF_MS, () => this.#powerOff());
  }

  #powerOff(): void {
    this.#cancelPowerOff = undefined;
    if (!this.isDrained || this.#isRinging) return;
    this.#isRunning = false;
    this.#output?.stop();
  }
}
