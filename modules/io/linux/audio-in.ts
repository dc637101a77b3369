import { onLine } from "modules/io/linux/console";
import { readWav } from "modules/io/linux/wav-file";
import { log, reason } from "modules/system/log";
import Time from "time";
import Timer from "timer";

interface AudioInOptions {
  readonly sampleRate?: number;
  readonly channels?: number;
  readonly bitsPerSample?: number;
  readonly onReadable?: (this: AudioIn, byteLength: number) => void;
}

const BLOCK_MS = 30;

/** Sound that is not read in time is lost, as in the SDK's class. */
const BUFFER_MS = 250;

/**
 * `embedded:io/audio/in` for machines without a microphone: silence in real time, and after a line `say <file.wav>` on
 * standard input the sound of that file. 16-bit only.
 */
export default class AudioIn {
  readonly sampleRate: number;
  readonly channels: number;
  readonly bitsPerSample = 16;
  readonly #onReadable: AudioInOptions["onReadable"];
  #timer: Timer | undefined;
  #startedAt = 0;
  #recordedBytes = 0;
  #waitingBytes = 0;
  #speech: Uint8Array | undefined;
  #spokenBytes = 0;

  constructor({ sampleRate = 16000, channels = 1, bitsPerSample = 16, onReadable }: AudioInOptions) {
    if (bitsPerSample !== 16) throw new RangeError("invalid bits per sample");
    this.sampleRate = sampleRate;
    this.channels = channels;
    this.#onReadable = onReadable;
    onLine("say", (file) => this.#say(file));
  }

  start(): void {
    if (this.#timer) return;
    this.#startedAt = Time.ticks;
    this.#recordedBytes = 0;
    this.#timer = Timer.set(() => this.#record(), BLOCK_MS, BLOCK_MS);
  }

  /** What was recorded and not read is dropped. */
  stop(): void {
    if (this.#timer) Timer.clear(this.#timer);
    this.#timer = undefined;
    this.#waitingBytes = 0;
  }

  close(): void {
    this.stop();
  }

  /** Fills the buffer. */
  read(buffer: Uint8Array): number {
    if (buffer.byteLength > this.#waitingBytes) throw new Error("not enough data");
    this.#waitingBytes -= buffer.byteLength;
    const speech = this.#speech?.subarray(this.#spokenBytes, this.#spokenBytes + buffer.byteLength);
    buffer.fill(0);
    if (!speech) return buffer.byteLength;
    buffer.set(speech);
    this.#spokenBytes += speech.byteLength;
    if (speech.byteLength < buffer.byteLength) this.#speech = undefined;
    return buffer.byteLength;
  }

  #say(file: string): void {
    try {
      this.#speech = readWav(file, this);
      this.#spokenBytes = 0;
    } catch (error) {
      log.error("microphone has nothing to hear", { reason: reason(error) });
    }
  }

  /** By the clock, not by the number of calls: a timer that comes late loses no sound. */
  #record(): void {
    const bytesPerMs = (this.sampleRate / 1000) * this.channels * 2;
    const due = Math.floor((Time.ticks - this.#startedAt) * bytesPerMs) & ~3;
    const room = BUFFER_MS * bytesPerMs - this.#waitingBytes;
    this.#waitingBytes += Math.max(0, Math.min(due - this.#recordedBytes, room));
    this.#recordedBytes = due;
    if (this.#waitingBytes > 0) this.#onReadable?.call(this, this.#waitingBytes);
  }
}
