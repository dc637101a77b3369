import { call, register, release } from "host";

interface DigitalOptions {
  pin?: number | { pin: number };
  mode: number;
  edge?: number;
  activeLow?: boolean;
  initialValue?: number;
  format?: string;
  target?: unknown;
  onReadable?: (this: Digital, triggered: number) => void;
}

/** Twin of `embedded:io/digital` on ESP32. */
export default class Digital {
  static readonly Input = 0;
  static readonly InputPullUp = 1;
  static readonly InputPullDown = 2;
  static readonly InputPullUpDown = 3;
  static readonly Output = 8;
  static readonly OutputOpenDrain = 9;
  static readonly ActiveLow = 16;
  static readonly Rising = 1;
  static readonly Falling = 2;

  target?: unknown;
  #id: number | undefined;
  #isInput: boolean;
  #isActiveLow: boolean;
  #onReadable: DigitalOptions["onReadable"];

  constructor(options: DigitalOptions) {
    const { pin, mode, edge = 0, activeLow = false, onReadable } = options;
    if (pin === undefined) throw new Error("invalid");
    this.#isInput = mode >= Digital.Input && mode <= Digital.InputPullUpDown;
    if (!this.#isInput && mode !== Digital.Output && mode !== Digital.OutputOpenDrain)
      throw new RangeError("invalid mode");
    if (onReadable && typeof onReadable !== "function") throw new Error("not a function");
    if (this.#isInput && onReadable && (edge & 3) === 0) throw new RangeError("invalid edges");
    if ((options.format ?? "number") !== "number") throw new RangeError("invalid format");
    this.#isActiveLow = !!activeLow;
    if (this.#isInput) this.#onReadable = onReadable;
    if (options.target !== undefined) this.target = options.target;
    const number = typeof pin === "object" ? pin.pin : pin;
    const id = register(this);
    try {
      call("pins.open", id, number, mode, this.#onReadable ? this.#physicalEdges(edge) : 0);
    } catch (error) {
      release(id);
      throw error;
    }
    this.#id = id;
    if (!this.#isInput) this.write(options.initialValue ?? 0);
  }

  get format(): string {
    return "number";
  }

  set format(format: string) {
    if (format !== "number") throw new RangeError();
  }

  read(): 0 | 1 {
    const id = this.#open();
    if (!this.#isInput) throw new Error("can't read output");
    const level: number = call("pins.read", id);
    return (this.#isActiveLow ? 1 - level : level) as 0 | 1;
  }

  write(value: number): void {
    const id = this.#open();
    if (this.#isInput) throw new Error("can't write input");
    const level = Number(value) ? 1 : 0;
    call("pins.write", id, this.#isActiveLow ? 1 - level : level);
  }

  close(): void {
    if (this.#id === undefined) return;
    call("pins.close", this.#id);
    release(this.#id);
    this.#id = undefined;
  }

  /** Called by Node: `triggered` has the bit of this pin. */
  $readable(triggered: number): void {
    if (this.#id !== undefined) this.#onReadable?.call(this, triggered);
  }

  #physicalEdges(edge: number): number {
    return this.#isActiveLow ? ((edge & 1) << 1) | ((edge & 2) >> 1) : edge & 3;
  }

  #open(): number {
    if (this.#id === undefined) throw new SyntaxError("C: xsGetHostData: invalid host data");
    return this.#id;
  }
}
