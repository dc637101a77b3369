import { WavWriter } from "modules/io/linux/wav-file";
import Time from "time";
import Timer from "timer";

interface AudioOutOptions {
  readonly sampleRate?: number;
  readonly channels?: number;
  readonly bitsPerSample?: number;
  readonly onWritable?: (this: AudioOut, byteLength: number) => void;
}

const BLOCK_MS = 30;

/** How much sound waits to be played, as in the SDK's class. */
const BUFFER_MS = 250;

const FILE = "speaker.wav";

/**
 * `embedded:io/audio/out` for machines without a loudspeaker: what is played is written to `speaker.wav` in the working
 * directory, in real time while it runs. 16-bit only.
 */
export default class AudioOut {
  readonly sampleRate: number;
  readonly channels: number;
  readonly bitsPerSample = 16;
  readonly #onWritable: AudioOutOptions["onWritable"];
  readonly #file: WavWriter;
  #volume = 1;
  #timer: Timer | undefined;
  #startedAt = 0;
  #writtenBytes = 0;

  constructor({ sampleRate = 24000, channels = 1, bitsPerSample = 16, onWritable }: AudioOutOptions) {
    if (bitsPerSample !== 16) throw new RangeError("bad bitsPerSample");
    this.sampleRate = sampleRate;
    this.channels = channels;
    this.#onWritable = onWritable;
    this.#file = new WavWriter(FILE, this);
  }

  /** A factor from 0 to 1 on every sample. */
  get volume(): number {
    return this.#volume;
  }

  set volume(volume: number) {
    if (!(volume >= 0 && volume <= 1)) throw new RangeError("invalid volume");
    this.#volume = volume;
  }

  start(): void {
    if (this.#timer) return;
    this.#startedAt = Time.ticks;
    this.#writtenBytes = 0;
    this.#timer = Timer.set(() => this.#ask(), 0, BLOCK_MS);
  }

  stop(): void {
    if (this.#timer) Timer.clear(this.#timer);
    this.#timer = undefined;
  }

  close(): void {
    this.stop();
    this.#file.close();
  }

  /** Throws when there is less room. */
  write(samples: Uint8Array): void {
    if (samples.byteLength > this.#room()) throw new Error("would block");
    const loud = new Int16Array(samples.byteLength >> 1);
    const source = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
    for (let index = 0; index < loud.length; index++)
      loud[index] = Math.trunc(source.getInt16(index * 2, true) * this.#volume);
    this.#file.append(loud.buffer);
    this.#writtenBytes += samples.byteLength;
  }

  #ask(): void {
    const room = this.#room();
    if (room > 0) this.#onWritable?.call(this, room);
  }

  #room(): number {
    const bytesPerMs = (this.sampleRate / 1000) * this.channels * 2;
    const playedBytes = (Time.ticks - this.#startedAt) * bytesPerMs;
    // What is missing was played as silence, of which the file tells nothing.
    if (playedBytes > this.#writtenBytes) this.#writtenBytes = playedBytes;
    return Math.floor(BUFFER_MS * bytesPerMs - (this.#writtenBytes - playedBytes)) & ~3;
  }
}
