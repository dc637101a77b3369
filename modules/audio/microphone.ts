import AudioIn from "embedded:io/audio/in";
import { UPLINK_AUDIO } from "../../protocol/audio-params.ts";
import { contained } from "../system/contained.ts";
import { OpusEncoder } from "./opus/opus.ts";

const FRAME_MS = UPLINK_AUDIO.frame_duration;
const FRAME_BYTES = (UPLINK_AUDIO.sample_rate / 1000) * FRAME_MS * 2;

/** Least work for the device; at 16 kHz speech the ear hears no difference. */
const COMPLEXITY = 0;

/** The microphone as a source of frames: 16 kHz mono, 60 ms of 16-bit samples each while it runs. */
export class Microphone {
  readonly #onFrame: (pcm: Uint8Array) => void;
  readonly #frame = new Uint8Array(FRAME_BYTES);
  #filled = 0;
  #input: AudioIn | undefined;
  #encoder: OpusEncoder | undefined;
  #isRunning = false;

  /** `onFrame` gets one buffer again and again. */
  constructor(onFrame: (pcm: Uint8Array) => void) {
    this.#onFrame = onFrame;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Begins a new stream of frames; harmless while running. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#filled = 0;
    this.#input ??= this.#open();
    this.#input.start();
  }

  /** Stops at once; a frame that is not full is thrown away. */
  stop(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#input?.stop();
  }

  /** One frame as an Opus packet. */
  encode(pcm: Uint8Array): Uint8Array {
    this.#encoder ??= new OpusEncoder(UPLINK_AUDIO.sample_rate, FRAME_MS, COMPLEXITY);
    return new Uint8Array(this.#encoder.encode(pcm));
  }

  #open(): AudioIn {
    const microphone = this;
    return new AudioIn({
      sampleRate: UPLINK_AUDIO.sample_rate,
      channels: 1,
      bitsPerSample: 16,
      onReadable(byteLength) {
        contained("microphone", () => microphone.#take(this, byteLength));
      },
    });
  }

  #take(input: AudioIn, byteLength: number): void {
    let left = byteLength;
    while (left > 0) {
      const end = Math.min(this.#filled + left, FRAME_BYTES);
      const read = input.read(this.#frame.subarray(this.#filled, end));
      if (read <= 0) return;
      left -= read;
      this.#filled += read;
      if (this.#filled === FRAME_BYTES) this.#emit();
    }
  }

  #emit(): void {
    this.#filled = 0;
    // What is read after a stop only empties the platform's buffer.
    if (this.#isRunning) this.#onFrame(this.#frame);
  }
}
