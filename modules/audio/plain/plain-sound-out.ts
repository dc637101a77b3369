import AudioOut from "embedded:io/audio/out";
import { contained } from "../../system/contained.ts";
import { log, reason } from "../../system/log.ts";
import { OpusDecoder } from "../opus/opus.ts";
import type { PacketCounts, SoundOut, SoundOutEvents } from "../sound-out.ts";
import { Bell } from "./bell.ts";
import { JitterBuffer, type Playable } from "./jitter-buffer.ts";

/** Longest packet a server may send. */
const MAX_FRAME_MS = 120;

/** Length of the packets of a server that says nothing else. */
const USUAL_FRAME_MS = 60;

const SILENCE_BYTES = 960;

/**
 * The platform's speaker, decoded in the program itself: when the platform asks for sound, so that at most one frame of
 * PCM waits.
 */
export class PlainSoundOut implements SoundOut {
  /** Hz. */
  readonly #sampleRate: number;
  readonly #events: SoundOutEvents;
  readonly #buffer = new JitterBuffer();
  readonly #pcm: Uint8Array;
  readonly #silence = new Uint8Array(SILENCE_BYTES);
  readonly #bell: Bell;
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
  /** 0 to 1. */
  #gain = 0;

  /** @param sampleRate Hz; Opus decodes at 8, 12, 16, 24 and 48 kHz */
  constructor(sampleRate: number, events: SoundOutEvents) {
    this.#sampleRate = sampleRate;
    this.#events = events;
    this.#bell = new Bell(sampleRate);
    this.#pcm = new Uint8Array((sampleRate / 1000) * MAX_FRAME_MS * 2);
  }

  start(): void {
    this.#decoder ??= new OpusDecoder(this.#sampleRate, MAX_FRAME_MS);
    this.#output ??= this.#open();
    this.#output.start();
  }

  stop(): void {
    this.#output?.stop();
  }

  setVolume(percent: number): void {
    this.#gain = (percent / 100) ** 2;
    if (this.#output) this.#output.volume = this.#gain;
  }

  ring(): void {
    this.#isSounding = true;
    this.#bell.ring();
  }

  chime(): void {
    this.#isSounding = true;
    this.#bell.chime();
  }

  silence(): void {
    this.#isSounding = false;
  }

  get waiting(): number {
    return this.#buffer.length;
  }

  get isDrained(): boolean {
    return this.#buffer.isEmpty && this.#pcmStart === this.#pcmEnd;
  }

  play(packet: Uint8Array, timestamp: number, lost: number): void {
    this.#buffer.push(packet, timestamp, lost);
  }

  complete(): void {
    this.#buffer.complete();
  }

  takeCounts(): PacketCounts {
    return this.#buffer.takeCounts();
  }

  flush(): void {
    this.#buffer.clear();
    this.#pcmStart = 0;
    this.#pcmEnd = 0;
    this.#timestamp = 0;
    this.#decoder?.reset();
  }

  #open(): AudioOut {
    const speaker = this;
    const output = new AudioOut({
      sampleRate: this.#sampleRate,
      channels: 1,
      bitsPerSample: 16,
      onWritable(byteLength) {
        contained("speaker", () => speaker.#fill(this, byteLength));
      },
    });
    output.volume = this.#gain;
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
      if (end === this.#pcmEnd && this.#timestamp > 0) this.#events.onPlayed?.(this.#timestamp);
    }
    if (left > 0) this.#events.onDry();
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
    this.#frameMs = byteLength / 2 / (this.#sampleRate / 1000);
    return byteLength;
  }
}
