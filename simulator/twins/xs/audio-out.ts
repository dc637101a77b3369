import { call, register, release } from "host";

interface AudioOutOptions {
  sampleRate?: number;
  channels?: number;
  bitsPerSample?: number;
  audioType?: string;
  format?: string;
  target?: unknown;
  onWritable?: (this: AudioOut, byteLength: number) => void;
}

/**
 * Twin of `embedded:io/audio/out` on ESP32: `onWritable` comes once after construction, again at `start`, and then for
 * every block that was played; `write` throws when there is less room. What is missing is played as silence.
 */
export default class AudioOut {
  readonly sampleRate: number;
  readonly channels: number;
  readonly bitsPerSample: number;
  target?: unknown;
  #id: number | undefined;
  #onWritable: AudioOutOptions["onWritable"];
  #volume = 1;

  constructor(options: AudioOutOptions) {
    const { sampleRate = 24000, channels = 1, bitsPerSample = 16 } = options;
    if (!(sampleRate >= 8000 && sampleRate <= 48000)) throw new RangeError("invalid sample rate");
    if (channels !== 1 && channels !== 2) throw new RangeError("bad numChannels");
    if (bitsPerSample !== 8 && bitsPerSample !== 16) throw new RangeError("bad bitsPerSample");
    if ((options.audioType ?? "LPCM") !== "LPCM") throw new RangeError("invalid audioType");
    if ((options.format ?? "buffer") !== "buffer") throw new RangeError("invalid format");
    if (options.onWritable && typeof options.onWritable !== "function") throw new Error("not a function");
    this.sampleRate = sampleRate;
    this.channels = channels;
    this.bitsPerSample = bitsPerSample;
    this.#onWritable = options.onWritable;
    if (options.target !== undefined) this.target = options.target;
    this.#id = register(this);
    call("audioOut.open", this.#id, sampleRate, channels, bitsPerSample);
  }

  get audioType(): string {
    return "LPCM";
  }

  get format(): string {
    return "buffer";
  }

  set format(format: string) {
    if (format !== "buffer") throw new RangeError("invalid format");
  }

  /** A factor from 0 to 1 on every sample. */
  get volume(): number {
    return this.#volume;
  }

  set volume(volume: number) {
    if (!(volume >= 0 && volume <= 1)) throw new RangeError("invalid volume");
    // The SDK keeps 8 bits of it.
    this.#volume = Math.round(volume * 256) / 256;
    call("audioOut.volume", this.#open(), this.#volume);
  }

  start(): void {
    call("audioOut.start", this.#open());
  }

  stop(): void {
    call("audioOut.stop", this.#open());
  }

  write(samples: ArrayBuffer | Uint8Array): void {
    const id = this.#open();
    if (ArrayBuffer.isView(samples) && samples.BYTES_PER_ELEMENT !== 1) throw new TypeError("invalid buffer");
    call("audioOut.write", id, samples);
  }

  close(): void {
    if (this.#id === undefined) return;
    call("audioOut.close", this.#id);
    release(this.#id);
    this.#id = undefined;
  }

  /** Called by Node. The SDK swallows what this callback throws. */
  $writable(byteLength: number): void {
    if (this.#id === undefined) return;
    try {
      this.#onWritable?.call(this, byteLength);
    } catch (error) {
      call("audioOut.failed", `${error}`);
    }
  }

  #open(): number {
    if (this.#id === undefined) throw new SyntaxError("C: xsGetHostData: invalid host data");
    return this.#id;
  }
}
