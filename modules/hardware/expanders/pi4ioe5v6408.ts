import { frozen } from "../../../protocol/frozen.ts";
import type { SharedPart } from "../../system/shared.ts";
import { type ChipAddress, ChipError, hex, type I2cBus, Registers } from "../registers.ts";
import { type Expander, type ExpanderOutputs, outputBits } from "./expander.ts";

const ADDRESS = 0x43;

const DEVICE_ID = 0x01;
const DIRECTION = 0x03;
const OUTPUT = 0x05;
const HIGH_IMPEDANCE = 0x07;
const PULL_ENABLE = 0x0b;
const PULL_UP = 0x0d;
const INPUT = 0x0f;

/** The upper three bits of the device register. */
const MAKER = 0xa0;
const MAKER_MASK = 0xe0;

class Pi4ioe5v6408 implements Expander {
  readonly #registers: Registers;
  #levels: number;

  constructor(address: ChipAddress, outputs: ExpanderOutputs) {
    const bits = outputBits(outputs);
    this.#registers = new Registers(address);
    const id = this.#registers.read(DEVICE_ID);
    if ((id & MAKER_MASK) !== MAKER) {
      const text = `${address.chip} at ${hex(address.address)}: register 0x01 identifies it: expected 0xa., got ${hex(id)}`;
      throw new ChipError("chip-wrong", text);
    }
    this.#levels = bits.high;
    // After a reset its outputs are not driven at all.
    this.#registers.writeAll([
      [OUTPUT, bits.high],
      [DIRECTION, bits.outputs],
      [HIGH_IMPEDANCE, ~bits.outputs & 0xff],
      [PULL_UP, 0xff],
      [PULL_ENABLE, 0xff],
    ]);
  }

  write(pin: number, level: 0 | 1): void {
    this.#levels = (this.#levels & ~(1 << pin)) | (level << pin);
    this.#registers.write(OUTPUT, this.#levels);
  }

  read(pin: number): 0 | 1 {
    return ((this.#registers.read(INPUT) >> pin) & 1) as 0 | 1;
  }
}

interface Pi4ioe5v6408Options {
  readonly bus: I2cBus;
  /** 7 bits; 0x43 when absent. */
  readonly address?: number;
  readonly outputs: ExpanderOutputs;
}

class Pi4ioe5v6408Part implements SharedPart<Expander> {
  readonly #options: Pi4ioe5v6408Options;

  constructor(options: Pi4ioe5v6408Options) {
    this.#options = options;
  }

  create(): Expander {
    const { bus, address = ADDRESS, outputs } = this.#options;
    return new Pi4ioe5v6408({ chip: "pi4ioe5v6408", bus, address }, outputs);
  }
}

/** Diodes PI4IOE5V6408: eight pins. */
export function pi4ioe5v6408(options: Pi4ioe5v6408Options): SharedPart<Expander> {
  return new Pi4ioe5v6408Part(frozen(options));
}
