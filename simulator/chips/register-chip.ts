import type { I2cChip } from "../device/i2c-buses.ts";

export interface RegisterChipOptions {
  /** Values after power on; all others are 0. */
  readonly values?: { readonly [register: number]: number };
  /** What is written to them changes nothing. */
  readonly readOnly?: readonly number[];
  /** Of each register; 1 when absent. With 2 the higher byte goes first. */
  readonly bytes?: 1 | 2;
}

/** A chip that is a map of registers: the first byte written says which, those after it are values. */
export class RegisterChip implements I2cChip {
  readonly #values: Uint16Array;
  readonly #readOnly: ReadonlySet<number>;
  readonly #bytes: 1 | 2;
  #pointer = 0;
  /** What was written, in order. */
  readonly writes: [register: number, value: number][] = [];
  /** It does not acknowledge: it is broken, or without power. */
  isSilent = false;

  constructor({ values = {}, readOnly = [], bytes = 1 }: RegisterChipOptions = {}) {
    this.#values = new Uint16Array(256);
    this.#readOnly = new Set(readOnly);
    this.#bytes = bytes;
    for (const [register, value] of Object.entries(values)) this.#values[Number(register)] = value;
  }

  value(register: number): number {
    return this.#values[register] ?? 0;
  }

  /** For tests: the chip changes a register by itself. */
  set(register: number, value: number): void {
    this.#values[register] = value;
  }

  receive(bytes: Uint8Array): boolean {
    if (this.isSilent) return false;
    const [register, ...rest] = bytes;
    if (register === undefined) return true;
    this.#pointer = register;
    for (let at = 0; at + this.#bytes <= rest.length; at += this.#bytes) {
      const value = this.#bytes === 1 ? (rest[at] as number) : ((rest[at] as number) << 8) | (rest[at + 1] as number);
      this.#write(this.#pointer++ & 255, value);
    }
    return true;
  }

  #write(register: number, value: number): void {
    this.writes.push([register, value]);
    if (!this.#readOnly.has(register)) this.#values[register] = value;
  }

  give(byteLength: number): Uint8Array | undefined {
    if (this.isSilent) return undefined;
    const bytes: number[] = [];
    while (bytes.length < byteLength) {
      const value = this.value(this.#pointer++ & 255);
      if (this.#bytes === 2) bytes.push(value >> 8);
      bytes.push(value & 255);
    }
    return new Uint8Array(bytes.slice(0, byteLength));
  }
}
