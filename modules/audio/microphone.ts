import AudioIn from "embedded:io/audio/in";
import { UPLINK_AUDIO } from "../../protocol/audio-params.ts";
import { contained } from "../system/contained.ts";
import { OpusEncoder } from "./opus/opus.ts";

const FRAME_MS = UPLINK_AUDIO.frame_duration;
const FRAME_BYTES = (UPLINK_AUDIO.sample_rate / 1000) * FRAME_MS * 2;

/** Least work for the device; at 16 kHz speech the ear hears no difference. */
const COMPLEXITY = 0;

/** The microphone as a source of Opus packets: 16 kHz mono, one packet each 60 ms while it runs. */
export class Microphone {
  readonly #onPacket: (packet: Uint8Array) => void;
  readonly #frame = new Uint8Array(FRAME_BYTES);
  #filled = 0;
  #input: AudioIn | undefined;
  #encoder: OpusEncoder | undefined;
  #isRunning = false;

  constructor(onPacket: (packet: Uint8Array) => void) {
    this.#onPacket = onPacket;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Begins a new stream of packets; harmless while running. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#filled = 0;
    this.#encoder ??= new OpusEncoder(UPLINK_AUDIO.sample_rate, FRAME_MS, COMPLEXITY);
    this.#input ??= this.#open();
    this.#input.start();
  }

  /** Stops at once; a frame that is not full is thrown away. */
  stop(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#input?.stop();
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
      if (this.#filled === FRAME_BYTES) this.#encode();
    }
  }

  #encode(): void {
    this.#filled = 0;
    // What is read after a stop only empties the platform's buffer.
    if (this.#isRunning && this.#encoder) this.#onPacket(new Uint8Array(this.#encoder.encode(this.#frame)));
  }
}
