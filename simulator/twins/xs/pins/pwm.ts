import { call, register, release } from "host";

interface PWMOptions {
  pin?: number;
  hz?: number;
  resolution?: number;
  format?: string;
  target?: unknown;
}

/** Twin of `embedded:io/pwm` on ESP32. */
export default class PWM {
  readonly hz: number;
  readonly resolution: number;
  target?: unknown;
  #id: number | undefined;

  constructor(options: PWMOptions) {
    const { pin, hz = 1024, resolution = 10 } = options;
    if (pin === undefined) throw new Error("invalid pin");
    if (hz <= 0) throw new RangeError("invalid hz");
    if (!(resolution >= 8 && resolution <= 14)) throw new RangeError("invalid resolution");
    if ((options.format ?? "number") !== "number") throw new RangeError("invalid format");
    this.hz = hz;
    this.resolution = resolution;
    if (options.target !== undefined) this.target = options.target;
    const id = register(this);
    try {
      call("pwm.open", id, pin);
    } catch (error) {
      release(id);
      throw error;
    }
    this.#id = id;
  }

  get format(): string {
    return "number";
  }

  set format(format: string) {
    if (format !== "number") throw new RangeError();
  }

  /** `duty` goes from 0 to 2^resolution - 1. */
  write(duty: number): void {
    if (this.#id === undefined) throw new SyntaxError("C: xsGetHostData: invalid host data");
    const most = 2 ** this.resolution - 1;
    const value = duty | 0;
    if (value < 0 || value > most) throw new RangeError("invalid value");
    call("pwm.write", this.#id, value / most);
  }

  close(): void {
    if (this.#id === undefined) return;
    call("pwm.close", this.#id);
    release(this.#id);
    this.#id = undefined;
  }
}
