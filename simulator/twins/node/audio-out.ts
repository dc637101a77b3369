import type { Cancel } from "../../../protocol/clock.ts";
import type { Speaker } from "../../audio/speaker.ts";
import { type AudioFormat, blockSamples, frameBytes, fromDevice } from "./audio-format.ts";
import type { TwinHost, TwinPart } from "./part.ts";

/**
 * One block is being played and one waits, as in the SDK's Linux driver. The ESP32's takes six blocks of 2046 samples,
 * which would delay all sound by half a second.
 */
const BLOCKS = 2;

/** One player of the device. */
class Player {
  readonly #host: TwinHost;
  readonly #id: number;
  readonly #speaker: Speaker;
  readonly #format: AudioFormat;
  readonly #blockBytes: number;
  readonly #blockMs: number;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #cancel: Cancel | undefined;
  #isPosted = false;
  #isClosed = false;
  volume = 1;

  constructor(host: TwinHost, id: number, speaker: Speaker, format: AudioFormat) {
    this.#host = host;
    this.#id = id;
    this.#speaker = speaker;
    this.#format = format;
    this.#blockBytes = blockSamples(format) * frameBytes(format);
    this.#blockMs = (blockSamples(format) * 1000) / format.sampleRate;
    this.#post();
  }

  start(): void {
    if (this.#cancel) return;
    this.#schedule(this.#host.clock.now() + this.#blockMs);
    this.#post();
  }

  /** What was written and not played is dropped. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  close(): void {
    this.stop();
    this.#isClosed = true;
  }

  write(samples: Uint8Array): void {
    if (samples.length > this.#writable) throw new Error("insufficient space");
    if (samples.length % 2 !== 0) throw new Error("full samples only");
    this.#queue.push(samples);
    this.#queuedBytes += samples.length;
  }

  get #writable(): number {
    return BLOCKS * this.#blockBytes - this.#queuedBytes;
  }

  /** The device is asked for more before the next block falls due, so that a late host does not starve it. */
  #schedule(at: number): void {
    this.#cancel = this.#host.clock.schedule(at - this.#host.clock.now(), () => {
      this.#play(at - this.#blockMs);
      this.#schedule(at + this.#blockMs);
    });
  }

  #play(startedAt: number): void {
    const block = new Int16Array(blockSamples(this.#format));
    const written = fromDevice(this.#take(), this.#format, this.volume, block);
    this.#speaker.play(block, this.#format.sampleRate, startedAt, written);
    this.#post();
  }

  #take(): Uint8Array {
    const first = this.#queue[0];
    if (first?.length === this.#blockBytes) this.#queue.shift();
    const waiting = first?.length === this.#blockBytes ? first : Buffer.concat(this.#queue.splice(0));
    const taken = waiting.subarray(0, this.#blockBytes);
    if (waiting.length > taken.length) this.#queue.unshift(waiting.subarray(taken.length));
    this.#queuedBytes -= taken.length;
    return taken;
  }

  #post(): void {
    if (this.#isPosted) return;
    this.#isPosted = true;
    this.#host.post(() => {
      this.#isPosted = false;
      if (!this.#isClosed && this.#writable > 0) this.#host.notify(this.#id, "$writable", this.#writable);
    });
  }
}

/** The Node side of `embedded:io/audio/out`: plays at the rate of the clock; `onFault` gets what its callback threw. */
export function createAudioOut(host: TwinHost, speaker: Speaker, onFault: (text: string) => void): TwinPart {
  const players = new Map<number, Player>();
  return {
    calls: {
      "audioOut.open": (id: number, sampleRate: number, channels: number, bitsPerSample: number) => {
        players.set(id, new Player(host, id, speaker, { sampleRate, channels, bitsPerSample }));
      },
      "audioOut.start": (id: number) => players.get(id)?.start(),
      "audioOut.stop": (id: number) => players.get(id)?.stop(),
      "audioOut.write": (id: number, samples: ArrayBuffer) => players.get(id)?.write(new Uint8Array(samples)),
      "audioOut.volume": (id: number, volume: number) => {
        const player = players.get(id);
        if (player) player.volume = volume;
      },
      "audioOut.failed": onFault,
      "audioOut.close": (id: number) => {
        players.get(id)?.close();
        players.delete(id);
      },
    },
    close() {
      for (const player of players.values()) player.close();
      players.clear();
    },
  };
}
