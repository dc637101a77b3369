import { call, register, release } from "host";

interface AnalogOptions {
  pin?: number;
  format?: string;
  target?: unknown;
}

/** Bits of a reading on an ESP32-S3. */
const RESOLUTION = 12;

/** Twin of `embedded:io/analog` on ESP32: calibrated, so that full scale is 2450 mV. */
export default class Analog {
  readonly resolution = RESOLUTION;
  target?: unknown;
  #id: number | undefined;

  constructor(options: AnalogOptions) {
    const { pin } = options;
    if (pin === undefined) throw new Error("invalid pin");
    if ((options.format ?? "number") !== "number") throw new RangeError("invalid format");
    if (options.target !== undefined) this.target = options.target;
    const id = register(this);
    try {
      call("analog.open", id, pin);
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

  read(): number {
    if (this.#id === undefined) throw new SyntaxError("C: xsGetHostData: invalid host data");
    return call("analog.read", this.#id);
  }

  close(): void {
    if (this.#id === undefined) return;
    call("analog.close", this.#id);
    release(this.#id);
    this.#id = undefined;
  }
}
