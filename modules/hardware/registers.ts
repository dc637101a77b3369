import I2C from "embedded:io/i2c";

/** The lines of an I2C bus: GPIO numbers. */
export interface I2cBus {
  readonly data: number;
  readonly clock: number;
  /** Hz; 400 kHz when absent. */
  readonly hz?: number;
}

/** Which chip, where: `chip` is its name in messages. */
export interface ChipAddress {
  readonly chip: string;
  readonly bus: I2cBus;
  /** 7 bits. */
  readonly address: number;
}

const USUAL_HZ = 400_000;

export function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}

/** A chip on a bus does not answer, or is not what the board says. */
export class ChipError extends Error {
  override readonly name = "ChipError";
  readonly code: "chip-silent" | "chip-wrong";

  constructor(code: ChipError["code"], message: string, options?: { cause: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The registers of a chip with one byte for their number. */
export class Registers {
  readonly #where: string;
  readonly #io: I2C;
  readonly #bytes = new Uint8Array(3);

  /** @throws ChipError when the bus cannot be had; whether the chip is there shows at the first use */
  constructor({ chip, bus, address }: ChipAddress) {
    this.#where = `${chip} at ${hex(address)}`;
    try {
      this.#io = new I2C({ data: bus.data, clock: bus.clock, hz: bus.hz ?? USUAL_HZ, address });
    } catch (cause) {
      throw new ChipError("chip-silent", `${this.#where}: no bus on pins ${bus.data} and ${bus.clock}`, { cause });
    }
  }

  read(register: number): number {
    const bytes = this.#bytes.subarray(0, 1);
    bytes[0] = register;
    return this.#attempt(register, "read", () => {
      this.#io.writeRead(bytes, bytes);
      return bytes[0] as number;
    });
  }

  write(register: number, value: number): void {
    const bytes = this.#bytes.subarray(0, 2);
    bytes[0] = register;
    bytes[1] = value;
    this.#attempt(register, `write ${hex(value)}`, () => this.#io.write(bytes));
  }

  /** Two bytes, the higher one first. */
  write16(register: number, value: number): void {
    const bytes = this.#bytes;
    bytes[0] = register;
    bytes[1] = value >> 8;
    bytes[2] = value & 255;
    this.#attempt(register, `write ${hex(value)}`, () => this.#io.write(bytes));
  }

  /** Two bytes, the higher one first. */
  read16(register: number): number {
    const bytes = this.#bytes.subarray(1);
    this.#bytes[0] = register;
    return this.#attempt(register, "read", () => {
      this.#io.writeRead(this.#bytes.subarray(0, 1), bytes);
      return ((bytes[0] as number) << 8) | (bytes[1] as number);
    });
  }

  /** Replaces the bits of `mask` by those of `value`. */
  update(register: number, mask: number, value: number): void {
    this.write(register, (this.read(register) & ~mask) | (value & mask));
  }

  /** Each register and its value, in this order. */
  writeAll(values: readonly (readonly [register: number, value: number])[]): void {
    for (const [register, value] of values) this.write(register, value);
  }

  /** @throws ChipError "chip-wrong" when the register has another value: another chip is at this address */
  expect(register: number, expected: number): void {
    const value = this.read(register);
    if (value === expected) return;
    const text = `${this.#where}: register ${hex(register)} identifies it: expected ${hex(expected)}, got ${hex(value)}`;
    throw new ChipError("chip-wrong", text);
  }

  #attempt<T>(register: number, what: string, act: () => T): T {
    try {
      return act();
    } catch (cause) {
      throw new ChipError("chip-silent", `${this.#where}: ${what} of register ${hex(register)} failed`, { cause });
    }
  }
}
