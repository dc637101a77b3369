import type { Cancel } from "../../../protocol/clock.ts";
import type { Microphone } from "../../audio/microphone.ts";
import { type AudioFormat, blockSamples, frameBytes, toDevice } from "./audio-format.ts";
import type { TwinHost, TwinPart } from "./part.ts";

/** The driver's buffer on ESP32: 8192 bytes of mono sound. */
const BUFFER_BYTES = 8192;

/** One recorder of the device. */
class Recorder {
  readonly #host: TwinHost;
  readonly #id: number;
  readonly #microphone: Microphone;
  readonly #format: AudioFormat;
  readonly #blockMs: number;
  #blocks: Buffer[] = [];
  #recordedBytes = 0;
  #cancel: Cancel | undefined;
  #isPosted = false;

  constructor(host: TwinHost, id: number, microphone: Microphone, format: AudioFormat) {
    this.#host = host;
    this.#id = id;
    this.#microphone = microphone;
    this.#format = format;
    this.#blockMs = (blockSamples(format) * 1000) / format.sampleRate;
  }

  start(): void {
    if (!this.#cancel) this.#schedule(this.#host.clock.now() + this.#blockMs);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#blocks = [];
    this.#recordedBytes = 0;
  }

  /** `count` bytes, all of them when it is -1; undefined when there are none. */
  read(count: number): Buffer | undefined {
    if (this.#recordedBytes === 0) return undefined;
    const wanted = count === -1 ? this.#recordedBytes : count;
    if (wanted <= 0 || wanted > this.#recordedBytes) throw new Error("invalid size");
    const first = this.#blocks[0]!;
    const recorded = first.length >= wanted ? first : Buffer.concat(this.#blocks);
    const rest = recorded === first ? this.#blocks.slice(1) : [];
    this.#blocks = recorded.length > wanted ? [recorded.subarray(wanted), ...rest] : rest;
    this.#recordedBytes -= wanted;
    return recorded.subarray(0, wanted);
  }

  /** Blocks are due at whole multiples of their length after the start, so that the rate is exact. */
  #schedule(at: number): void {
    this.#cancel = this.#host.clock.schedule(at - this.#host.clock.now(), () => {
      this.#record(at - this.#blockMs);
      this.#schedule(at + this.#blockMs);
    });
  }

  #record(startedAt: number): void {
    const format = this.#format;
    const block = toDevice(this.#microphone.take(blockSamples(format), format.sampleRate, startedAt), format);
    // What finds the buffer full is lost, as the driver loses it.
    if (this.#recordedBytes + block.length <= BUFFER_BYTES * (frameBytes(format) / 2)) {
      this.#blocks.push(block);
      this.#recordedBytes += block.length;
    }
    if (this.#isPosted) return;
    this.#isPosted = true;
    this.#host.post(() => {
      this.#isPosted = false;
      if (this.#recordedBytes > 0) this.#host.notify(this.#id, "$readable", this.#recordedBytes);
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
