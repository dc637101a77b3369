import { call } from "host";

/** In place of the firmware's own `infrared-led` on an ESP32: what is sent is recorded. */
export default class InfraredLed {
  readonly #pin: number;

  constructor(pin: number) {
    this.#pin = pin;
  }

  send(durations: Uint8Array, carrierHz: number): void {
    call("infrared.send", this.#pin, durations, carrierHz);
  }
}
