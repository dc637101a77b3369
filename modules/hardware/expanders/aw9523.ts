import { frozen } from "../../../protocol/frozen.ts";
import type { SharedPart } from "../../system/shared.ts";
import { type ChipAddress, type I2cBus, Registers } from "../registers.ts";
import { type Expander, type ExpanderOutputs, outputBits } from "./expander.ts";

const ADDRESS = 0x58;

/** Of port 0; that of port 1 follows. */
const INPUT = 0x00;
const OUTPUT = 0x02;
const DIRECTION = 0x04;
const LED_MODE = 0x12;
const CHIP_ID = 0x10;
const CONTROL = 0x11;

const CHIP = 0x23;

/** The pins of port 0 drive both ways instead of only pulling down. */
const PUSH_PULL = 0x10;

const PORTS = 2;
const PORT_PINS = 8;

/** Pins 0 to 7 are port 0, 8 to 15 port 1. */
class Aw9523 implements Expander {
  readonly #registers: Registers;
  #levels: number;

  constructor(address: ChipAddress, outputs: ExpanderOutputs) {
    const bits = outputBits(outputs);
    this.#registers = new Registers(address);
    this.#registers.expect(CHIP_ID, CHIP);
    this.#levels = bits.high;
    this.#registers.write(CONTROL, PUSH_PULL);
    for (let port = 0; port < PORTS; port++) {
      this.#writePort(port);
      this.#registers.write(DIRECTION + port, ~(bits.outputs >> (PORT_PINS * port)) & 0xff);
      // Pins, not dimmed lights.
      this.#registers.write(LED_MODE + port, 0xff);
    }
  }

  write(pin: number, level: 0 | 1): void {
    this.#levels = (this.#levels & ~(1 << pin)) | (level << pin);
    this.#writePort(pin >> 3);
  }

  #writePort(port: number): void {
    this.#registers.write(OUTPUT + port, (this.#levels >> (PORT_PINS * port)) & 0xff);
  }

  read(pin: number): 0 | 1 {
    return ((this.#registers.read(INPUT + (pin >> 3)) >> (pin & 7)) & 1) as 0 | 1;
  }
}

interface Aw9523Options {
  readonly bus: I2cBus;
  /** 7 bits; 0x58 when absent. */
  readonly address?: number;
  readonly outputs: ExpanderOutputs;
}

class Aw9523Part implements SharedPart<Expander> {
  readonly #options: Aw9523Options;

  constructor(options: Aw9523Options) {
    this.#options = options;
  }

  create(): Expander {
    const { bus, address = ADDRESS, outputs } = this.#options;
    return new Aw9523({ chip: "aw9523", bus, address }, outputs);
  }
}

/** Awinic AW9523B: sixteen pins. */
export function aw9523(options: Aw9523Options): SharedPart<Expander> {
  return new Aw9523Part(frozen(options));
}
