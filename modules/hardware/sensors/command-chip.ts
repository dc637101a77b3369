import I2C from "embedded:io/i2c";
import { type ChipAddress, ChipError, hex } from "../registers.ts";

const HZ = 100_000;

/** A sensor that takes commands and gives bytes with a checksum. */
export class CommandChip {
  readonly #where: string;
  readonly #io: I2C;

  /** @throws ChipError when the bus cannot be had; whether the chip is there shows at the first use */
  constructor({ chip, bus, address }: ChipAddress) {
    this.#where = `${chip} at ${hex(address)}`;
    try {
      this.#io = new I2C({ data: bus.data, clock: bus.clock, hz: bus.hz ?? HZ, address });
    } catch (cause) {
      throw new ChipError("chip-silent", `${this.#where}: no bus on pins ${bus.data} and ${bus.clock}`, { cause });
    }
  }

  /** @throws ChipError "chip-silent" */
  write(...bytes: readonly number[]): void {
    const command = new Uint8Array(bytes.length);
    for (let at = 0; at < bytes.length; at++) command[at] = bytes[at] as number;
    this.#attempt("a command", () => this.#io.write(command));
  }

  /** @throws ChipError "chip-silent" */
  read(byteLength: number): Uint8Array {
    const bytes = new Uint8Array(byteLength);
    this.#attempt("reading", () => this.#io.read(bytes));
    return bytes;
  }

  /** @throws ChipError "chip-wrong" when the byte at `end` is not the checksum of those from `start` to it */
  check(bytes: Uint8Array, start: number, end: number): void {
    const expected = checksum(bytes, start, end);
    const got = bytes[end] as number;
    if (got === expected) return;
    throw new ChipError("chip-wrong", `${this.#where}: checksum: expected ${hex(expected)}, got ${hex(got)}`);
  }

  /** @throws ChipError "chip-wrong" */
  refuse(what: string): never {
    throw new ChipError("chip-wrong", `${this.#where}: ${what}`);
  }

  #attempt(what: string, act: () => unknown): void {
    try {
      act();
    } catch (cause) {
      throw new ChipError("chip-silent", `${this.#where}: ${what} failed`, { cause });
    }
  }
}

/** CRC-8 with polynomial 0x31 and start 0xff, as Sensirion and Aosong use it. */
function checksum(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0xff;
  for (let at = start; at < end; at++) {
    crc ^= bytes[at] as number;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x31) & 255 : crc << 1;
  }
  return crc;
}
