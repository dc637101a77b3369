import { frozen } from "../../../protocol/frozen.ts";
import type { SharedPart } from "../../system/shared.ts";
import { type ChipAddress, type I2cBus, Registers } from "../registers.ts";
import { type Expander, type ExpanderOutputs, outputBits } from "./expander.ts";

const INPUT = 0x00;
const OUTPUT = 0x01;
const POLARITY = 0x02;
const DIRECTION = 0x03;

/** Eight pins in the four registers that NXP's PCA9554 began with. */
class PortExpander implements Expander {
  readonly #registers: Registers;
  #levels: number;

  constructor(address: ChipAddress, outputs: ExpanderOutputs) {
    const bits = outputBits(outputs);
    this.#registers = new Registers(address);
    this.#levels = bits.high;
    // The levels before the direction, so that no pin gets a wrong one for a moment.
    this.#registers.writeAll([
      [OUTPUT, bits.high],
      [POLARITY, 0x00],
      [DIRECTION, ~bits.outputs & 0xff],
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

interface PortExpanderOptions {
  readonly bus: I2cBus;
  /** 7 bits. */
  readonly address: number;
  readonly outputs: ExpanderOutputs;
}

class PortExpanderPart implements SharedPart<Expander> {
  readonly #chip: string;
  readonly #options: PortExpanderOptions;

  constructor(chip: string, options: PortExpanderOptions) {
    this.#chip = chip;
    this.#options = options;
  }

  create(): Expander {
    const { bus, address, outputs } = this.#options;
    return new PortExpander({ chip: this.#chip, bus, address }, outputs);
  }
}

/** NXP PCA9557; its pin 0 only pulls down. */
export function pca9557(options: PortExpanderOptions): SharedPart<Expander> {
  return new PortExpanderPart("pca9557", frozen(options));
}

/** TI TCA9554 and TCA9554A. */
export function tca9554(options: PortExpanderOptions): SharedPart<Expander> {
  return new PortExpanderPart("tca9554", frozen(options));
}
