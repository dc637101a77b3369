import AudioIn from "embedded:io/audio/in";
import { UPLINK_AUDIO } from "../../../protocol/audio-params.ts";
import { contained } from "../../system/contained.ts";
import { OpusEncoder } from "../opus/opus.ts";
import type { SoundIn, SoundInEvents } from "../sound-in.ts";

const FRAME_MS = UPLINK_AUDIO.frame_duration;
const FRAME_BYTES = (UPLINK_AUDIO.sample_rate / 1000) * FRAME_MS * 2;

/** Least work for the device; at 16 kHz speech the ear hears no difference. */
const COMPLEXITY = 0;

/** The platform's microphone, coded in the program itself. */
export class PlainSoundIn implements SoundIn {
  readonly #events: SoundInEvents;
  readonly #frame = new Uint8Array(FRAME_BYTES);
  #filled = 0;
  #input: AudioIn | undefined;
  #encoder: OpusEncoder | undefined;
  #isRunning = false;
  #makesPackets = false;

  constructor(events: SoundInEvents) {
    this.#events = events;
  }

  start(makesPackets: boolean): void {
    this.#makesPackets = makesPackets;
    this.#filled = 0;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#input ??= this.#open();
    this.#input.start();
  }

  stop(): void {
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
      if (this.#filled === FRAME_BYTES) this.#emit();
    }
  }

  #emit(): void {
    this.#filled = 0;
    // What is read after a stop only empties the platform's buffer.
    if (!this.#isRunning) return;
    if (this.#makesPackets) this.#events.onPacket(this.#encode());
    this.#events.onSound(this.#frame);
  }

  #encode(): Uint8Array {
    this.#encoder ??= new OpusEncoder(UPLINK_AUDIO.sample_rate, FRAME_MS, COMPLEXITY);
    return new Uint8Array(this.#encoder.encode(this.#frame));
  }
}
