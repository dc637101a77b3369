import InfraredLed from "infrared-led";
import type { Clock } from "../../../protocol/clock.ts";
import type { IrCode } from "./ir-code.ts";

/** From the beginning of a key to that of the next one: 108 ms in NEC. */
const LEAST_PERIOD_MS = 108;
const LEAST_PAUSE_MS = 40;
/** Keys that wait longer are pressed by nobody any more. */
const MOST_WAITING_MS = 5000;

/** An infrared LED, which sends one key after the other. */
export class IrOutput {
  readonly #led: InfraredLed;
  readonly #clock: Clock;
  /** ms of the clock. */
  #freeAt = 0;

  constructor(pin: number, clock: Clock) {
    this.#led = new InfraredLed(pin);
    this.#clock = clock;
  }

  /** Sends it after what is being sent. @throws Error when too much waits already */
  send(code: IrCode, times: number): void {
    const { now, lengthMs } = { now: this.#clock.now(), lengthMs: lengthOf(code) };
    const period = Math.max(LEAST_PERIOD_MS, lengthMs + LEAST_PAUSE_MS);
    const from = Math.max(now, this.#freeAt);
    if (from + times * period - now > MOST_WAITING_MS) throw new Error("Too many keys are waiting to be sent");
    const bytes = bytesOf(code.durations);
    for (let time = 0; time < times; time++) {
      this.#clock.schedule(from - now + time * period, () => this.#led.send(bytes, code.carrierHz));
    }
    this.#freeAt = from + times * period;
  }
}

function lengthOf({ durations }: IrCode): number {
  return Math.ceil(durations.reduce((sum, duration) => sum + duration, 0) / 1000);
}

/** 16 bits each, the lower byte first. */
function bytesOf(durations: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(durations.length * 2);
  for (let at = 0; at < durations.length; at++) {
    bytes[at * 2] = (durations[at] as number) & 255;
    bytes[at * 2 + 1] = (durations[at] as number) >> 8;
  }
  return bytes;
}
