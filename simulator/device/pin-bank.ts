/** Modes of `embedded:io/digital`. */
const PULL_UP = 1;
const PULL_DOWN = 2;
const OUTPUT = 8;

/** Of an ESP32-S3, both converters. */
const ANALOG_PINS: readonly number[] = Array.from({ length: 20 }, (_, index) => index + 1);
/** Calibrated, at 12 dB. */
const FULL_SCALE_MV = 2450;
const FULL_SCALE = 4095;
const FULL_BATTERY_MV = 2100;

export type Level = 0 | 1;

/** One pin that the device has opened. */
interface OpenPin {
  mode: number;
  edges: number;
  onEdge: () => void;
}

/** The pins of a device: what it drives, and what a person at its buttons does. */
export class PinBank {
  #open = new Map<number, OpenPin>();
  #levels = new Map<number, Level>();
  #pressed = new Set<number>();
  #duties = new Map<number, number>();
  #analog = new Set<number>();
  #voltages = new Map<number, number>();
  /** Told when the device drives an output to another level, and to another share of time. */
  onDrive: ((pin: number, level: Level) => void) | undefined;
  onDuty: ((pin: number) => void) | undefined;

  /** The level at a pin: what the device drives it to, or what a button and the pull resistor make of it. */
  level(pin: number): Level {
    const mode = this.#open.get(pin)?.mode;
    if (mode !== undefined && mode >= OUTPUT) return this.#levels.get(pin) ?? 0;
    const idle: Level = mode === PULL_DOWN ? 0 : 1;
    return this.#pressed.has(pin) ? ((1 - idle) as Level) : idle;
  }

  /** The share of time that a PWM pin is on, 0 to 1; undefined when the device does not use it so. */
  duty(pin: number): number | undefined {
    return this.#duties.get(pin);
  }

  /**
   * The first pin whose edges the device watches: where a board has one button, the button's.
   * @throws Error when the device watches no pin
   */
  firstInput(): number {
    const [pin] = this.inputs;
    if (pin !== undefined) return pin;
    throw new Error("the device watches no pin: it has no button, or its program has not started");
  }

  /** The pins whose edges the device watches, in the order in which it began to: those of its buttons. */
  get inputs(): number[] {
    return [...this.#open].filter(([, { mode, edges }]) => mode < OUTPUT && edges !== 0).map(([pin]) => pin);
  }

  /** Whether the device watches any pin. */
  get hasInput(): boolean {
    return this.inputs.length > 0;
  }

  /** Holds a button down: it connects the pin to the level opposite to its pull resistor. */
  press(pin: number): void {
    this.#change(pin, () => this.#pressed.add(pin));
  }

  release(pin: number): void {
    this.#change(pin, () => this.#pressed.delete(pin));
  }

  /** For the twin of `Digital`. `edges`: 1 rising, 2 falling. */
  open(pin: number, mode: number, edges: number, onEdge: () => void): void {
    this.#claim(pin);
    if (mode < OUTPUT && (mode & 3) === (PULL_UP | PULL_DOWN)) mode = PULL_UP;
    this.#open.set(pin, { mode, edges, onEdge });
  }

  drive(pin: number, level: Level): void {
    const before = this.#levels.get(pin);
    this.#levels.set(pin, level);
    if (level !== before) this.onDrive?.(pin, level);
  }

  /** Lays a voltage (mV) at an analog pin; before, that of a full battery behind a divider by two. */
  setVoltage(pin: number, voltage: number): void {
    this.#voltages.set(pin, voltage);
  }

  /** For the twin of `Analog`. */
  openAnalog(pin: number): void {
    this.#claim(pin);
    if (!ANALOG_PINS.includes(pin)) throw new RangeError("not analog pin");
    this.#analog.add(pin);
  }

  /** What the converter makes of the voltage at an analog pin. */
  sample(pin: number): number {
    const share = (this.#voltages.get(pin) ?? FULL_BATTERY_MV) / FULL_SCALE_MV;
    return Math.min(FULL_SCALE, Math.floor(share * FULL_SCALE));
  }

  openPwm(pin: number): void {
    this.#claim(pin);
    this.#duties.set(pin, 0);
  }

  setDuty(pin: number, duty: number): void {
    const before = this.#duties.get(pin);
    this.#duties.set(pin, duty);
    if (duty !== before) this.onDuty?.(pin);
  }

  close(pin: number): void {
    this.#open.delete(pin);
    this.#levels.delete(pin);
    this.#duties.delete(pin);
    this.#analog.delete(pin);
  }

  #claim(pin: number): void {
    if (!Number.isInteger(pin) || pin < 0 || pin > 63) throw new Error("invalid pin");
    if (this.#open.has(pin) || this.#duties.has(pin) || this.#analog.has(pin)) throw new Error("in use");
  }

  #change(pin: number, change: () => void): void {
    const before = this.level(pin);
    change();
    const after = this.level(pin);
    const open = this.#open.get(pin);
    if (open && before !== after && open.edges & (after === 1 ? 1 : 2)) open.onEdge();
  }
}
