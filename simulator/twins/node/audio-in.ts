import type { Cancel } from "../../../protocol/clock.ts";
import type { Microphone } from "../../audio/microphone.ts";
import { type AudioFormat, frameBytes, toDevice } from "./audio-format.ts";
import type { TwinHost, TwinPart } from "./part.ts";

/** The driver's buffer on ESP32: 8192 bytes of mono sound. */
const BUFFER_BYTES = 8192;
/** What is recorded at a time, in milliseconds. */
const BLOCK_MS = 20;

/** One recorder of the device. */
class Recorder {
  readonly #host: TwinHost;
  readonly #id: number;
  readonly #microphone: Microphone;
  readonly #format: AudioFormat;
  #buffer = Buffer.alloc(0);
  #cancel: Cancel | undefined;
  #isPosted = false;

  constructor(host: TwinHost, id: number, microphone: Microphone, format: AudioFormat) {
    this.#host = host;
    this.#id = id;
    this.#microphone = microphone;
    this.#format = format;
  }

  start(): void {
    if (!this.#cancel) this.#schedule(this.#host.clock.now() + BLOCK_MS);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#buffer = Buffer.alloc(0);
  }

  /** `count` bytes, all of them when it is -1; undefined when there are none. */
  read(count: number): Buffer | undefined {
    if (this.#buffer.length === 0) return undefined;
    const wanted = count === -1 ? this.#buffer.length : count;
    if (wanted <= 0 || wanted > this.#buffer.length) throw new Error("invalid size");
    const bytes = this.#buffer.subarray(0, wanted);
    this.#buffer = this.#buffer.subarray(wanted);
    return bytes;
  }

  /** Blocks are due at whole multiples of their length after the start, so that the rate is exact. */
  #schedule(at: number): void {
    this.#cancel = this.#host.clock.schedule(at - this.#host.clock.now(), () => {
      this.#schedule(at + BLOCK_MS);
      this.#record(at - BLOCK_MS);
    });
  }

  #record(startedAt: number): void {
    const { sampleRate } = this.#format;
    const samples = this.#microphone.take(Math.round((sampleRate * BLOCK_MS) / 1000), sampleRate, startedAt);
    const block = toDevice(samples, this.#format);
    const room = BUFFER_BYTES * (frameBytes(this.#format) / 2) - this.#buffer.length;
    // What finds the buffer full is lost, as the driver loses it.
    if (room >= block.length) this.#buffer = Buffer.concat([this.#buffer, block]);
    if (this.#isPosted) return;
    this.#isPosted = true;
    this.#host.post(() => {
      this.#isPosted = false;
      if (this.#buffer.length > 0) this.#host.notify(this.#id, "$readable", this.#buffer.length);
    });
  }
}

/** The Node side of `embedded:io/audio/in`: the clock paces it, the microphone is its source. */
export function createAudioIn(host: TwinHost, microphone: Microphone): TwinPart {
  const recorders = new Map<number, Recorder>();
  return {
    calls: {
      "audioIn.open": (id: number, sampleRate: number, channels: number, bitsPerSample: number) => {
        recorders.set(id, new Recorder(host, id, microphone, { sampleRate, channels, bitsPerSample }));
      },
      "audioIn.start": (id: number) => recorders.get(id)?.start(),
      "audioIn.stop": (id: number) => recorders.get(id)?.stop(),
      "audioIn.read": (id: number, count: number) => recorders.get(id)?.read(count),
      "audioIn.close": (id: number) => {
        recorders.get(id)?.stop();
        recorders.delete(id);
      },
    },
    close() {
      for (const recorder of recorders.values()) recorder.stop();
      recorders.clear();
    },
  };
}
