import { call, fill, register, release } from "host";

interface AudioInOptions {
  sampleRate?: number;
  channels?: number;
  bitsPerSample?: number;
  audioType?: string;
  format?: string;
  target?: unknown;
  onReadable?: (this: AudioIn, byteLength: number) => void;
}

/**
 * Twin of `embedded:io/audio/in` on ESP32: records between `start` and `stop` into a buffer of about a quarter of a
 * second, drops what does not fit, and calls `onReadable` with all that can be read, at most once per block.
 */
export default class AudioIn {
  readonly sampleRate: number;
  readonly channels: number;
  readonly bitsPerSample: number;
  target?: unknown;
  #id: number | undefined;
  #onReadable: AudioInOptions["onReadable"];

  constructor(options: AudioInOptions) {
    const { sampleRate = 16000, channels = 1, bitsPerSample = 16 } = options;
    if ((options.format ?? "buffer") !== "buffer") throw new RangeError("invalid format");
    if (bitsPerSample !== 8 && bitsPerSample !== 16) throw new RangeError("invalid bits per sample");
    if (channels !== 1 && channels !== 2) throw new RangeError("invalid number of channels");
    if (!(sampleRate >= 8000 && sampleRate <= 48000)) throw new RangeError("invalid sample rate");
    if ((options.audioType ?? "LPCM") !== "LPCM") throw new RangeError("invalid audioType");
    if (options.onReadable && typeof options.onReadable !== "function") throw new Error("not a function");
    this.sampleRate = sampleRate;
    this.channels = channels;
    this.bitsPerSample = bitsPerSample;
    this.#onReadable = options.onReadable;
    if (options.target !== undefined) this.target = options.target;
    this.#id = register(this);
    call("audioIn.open", this.#id, sampleRate, channels, bitsPerSample);
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

  start(): void {
    call("audioIn.start", this.#open());
  }

  /** What was recorded and not read is dropped. */
  stop(): void {
    call("audioIn.stop", this.#open());
  }

  /** All, that many bytes, or the buffer full: undefined when nothing is there, an error when there is less. */
  read(amount?: number | ArrayBuffer | Uint8Array): ArrayBuffer | number | undefined {
    const id = this.#open();
    if (typeof amount !== "object") return call("audioIn.read", id, amount === undefined ? -1 : amount | 0);
    if (ArrayBuffer.isView(amount) && amount.BYTES_PER_ELEMENT !== 1) throw new TypeError("invalid buffer");
    return fill(amount, "audioIn.read", id, amount.byteLength);
  }

  close(): void {
    if (this.#id === undefined) return;
    call("audioIn.close", this.#id);
    release(this.#id);
    this.#id = undefined;
  }

  /** Called by Node. */
  $readable(byteLength: number): void {
    if (this.#id !== undefined) this.#onReadable?.call(this, byteLength);
  }

  #open(): number {
    if (this.#id === undefined) throw new SyntaxError("C: xsGetHostData: invalid host data");
    return this.#id;
  }
}
