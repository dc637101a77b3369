import Digital from "embedded:io/digital";

/** A pin that switches something: a lamp, a relay, the power of another part. */
export class OutputPin {
  readonly #pin: Digital;
  #isOn: boolean;

  /** @param isActiveLow the part is on while the pin is low, as most relay boards are */
  constructor(pin: number, isActiveLow: boolean, isOn: boolean) {
    this.#isOn = isOn;
    this.#pin = new Digital({ pin, mode: Digital.Output, activeLow: isActiveLow, initialValue: isOn ? 1 : 0 });
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  set(isOn: boolean): void {
    this.#isOn = isOn;
    this.#pin.write(isOn ? 1 : 0);
  }
}
