import { frozen } from "../../protocol/frozen.ts";
import type { SharedPart } from "../system/shared.ts";
import type { Backlight } from "./backlight.ts";
import { type ChipAddress, type I2cBus, Registers } from "./registers.ts";

const ADDRESS = 0x30;

const ENABLE = 0x00;
const CONFIG = 0x08;
const WHITE_CURRENT = 0x0f;
const WHITE_BRIGHTNESS = 0x0e;
const PROGRAMS = 0x70;

const CHIP_ON = 0x40;

/** Its own clock, and dimming at 558 Hz, which is not seen. */
const OWN_CLOCK = 0x41;

/** 17.5 mA, as after a reset. */
const CURRENT = 0xaf;

class Lp5562 implements Backlight {
  readonly #registers: Registers;

  constructor(address: ChipAddress) {
    this.#registers = new Registers(address);
    this.#registers.writeAll([
      [ENABLE, CHIP_ON],
      [CONFIG, OWN_CLOCK],
      // The registers dim the lights, no programs.
      [PROGRAMS, 0x00],
      [WHITE_CURRENT, CURRENT],
      [WHITE_BRIGHTNESS, 0x00],
    ]);
  }

  set(percent: number): void {
    this.#registers.write(WHITE_BRIGHTNESS, Math.round((Math.min(Math.max(percent, 0), 100) * 255) / 100));
  }
}

interface Lp5562Options {
  readonly bus: I2cBus;
  /** 7 bits; 0x30 when absent. */
  readonly address?: number;
}

class Lp5562Part implements SharedPart<Backlight> {
  readonly #options: Lp5562Options;

  constructor(options: Lp5562Options) {
    this.#options = options;
  }

  create(): Backlight {
    const { bus, address = ADDRESS } = this.#options;
    return new Lp5562({ chip: "lp5562", bus, address });
  }
}

/** TI LP5562 whose white output is the backlight. */
export function lp5562Backlight(options: Lp5562Options): SharedPart<Backlight> {
  return new Lp5562Part(frozen(options));
}
