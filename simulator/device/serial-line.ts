import type { Clock } from "../../protocol/clock.ts";

/** What a UART of an ESP32 holds on its way out, and on its way in. */
const FIFO_BYTES = 128;
/** Of 115200 baud, with start and stop bit. */
const BYTES_PER_MS = 11.52;

/** The wire between a device's UART and whoever is at the other end. */
export class SerialLine {
  readonly #clock: Clock;
  #room = FIFO_BYTES;
  #received: number[] = [];
  readonly #leaving: Uint8Array[] = [];
  /** ms of the clock. */
  #busyUntil = 0;
  /** What the device says. */
  onSent: (bytes: Uint8Array) => void = () => {};
  /** For the twin of `Serial`: bytes wait, or there is room. */
  onReadable: () => void = () => {};
  onWritable: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Bytes for the device. They wait however many they are: a person types slower than it reads. */
  send(bytes: Uint8Array): void {
    this.#received.push(...bytes);
    this.onReadable();
  }

  get waiting(): number {
    return this.#received.length;
  }

  get room(): number {
    return this.#room;
  }

  take(): Uint8Array {
    return Uint8Array.from(this.#received.splice(0, FIFO_BYTES));
  }

  /** False when there is not enough room. */
  transmit(bytes: Uint8Array): boolean {
    if (bytes.byteLength > this.#room) return false;
    this.#room -= bytes.byteLength;
    const now = this.#clock.now();
    this.#busyUntil = Math.max(now, this.#busyUntil) + bytes.byteLength / BYTES_PER_MS;
    this.#leaving.push(bytes);
    this.#clock.schedule(this.#busyUntil - now, () => this.#left());
    return true;
  }

  /** Timers of a real clock may run in another order than they were set in. */
  #left(): void {
    const bytes = this.#leaving.shift() as Uint8Array;
    this.#room += bytes.byteLength;
    this.onSent(bytes);
    this.onWritable();
  }

  /** The device has restarted: nobody reads what waits. */
  reset(): void {
    this.#received = [];
    this.onReadable = () => {};
    this.onWritable = () => {};
  }
}
