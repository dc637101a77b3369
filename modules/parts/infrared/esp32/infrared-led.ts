/**
 * An infrared LED at a pin, by the chip's remote control transmitter (RMT): the light flickers and the times are kept
 * without the program. Each method body is one `native()` call.
 */
export default class InfraredLed extends Native("xs_infrared_destructor") {
  /** @throws Error when no transmitter is free */
  constructor(pin: number) {
    super();
    native("xs_infrared").call(this, pin);
  }

  /**
   * Sends after what is being sent, and does not wait for its end.
   *
   * @param durations µs of light, darkness, light, …, 16 bits each, at most 32767
   * @param carrierHz how often the light flickers
   */
  send(durations: Uint8Array, carrierHz: number): void {
    native("xs_infrared_send").call(this, durations, carrierHz);
  }
}
