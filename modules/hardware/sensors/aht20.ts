import type { Clock } from "../../../protocol/clock.ts";
import { frozen } from "../../../protocol/frozen.ts";
import type { I2cBus } from "../registers.ts";
import type { Climate, ClimateSensor, ClimateSensorPart } from "./climate-sensor.ts";
import { CommandChip } from "./command-chip.ts";

const ADDRESS = 0x38;

const INITIALIZE = 0xbe;
const CALIBRATED = 0x08;
const INITIALIZE_MS = 10;

const MEASURE = 0xac;
const MEASURE_MS = 80;
const BUSY = 0x80;

const SCALE = 2 ** 20;

class Aht20 implements ClimateSensor {
  readonly #chip: CommandChip;
  readonly #clock: Clock;

  constructor(chip: CommandChip, clock: Clock) {
    this.#chip = chip;
    this.#clock = clock;
  }

  async measure(): Promise<Climate> {
    const [status = 0] = this.#chip.read(1);
    if (!(status & CALIBRATED)) {
      this.#chip.write(INITIALIZE, 0x08, 0x00);
      await this.#wait(INITIALIZE_MS);
    }
    this.#chip.write(MEASURE, 0x33, 0x00);
    await this.#wait(MEASURE_MS);
    const bytes = this.#chip.read(7);
    const [state = 0, h0 = 0, h1 = 0, shared = 0, t0 = 0, t1 = 0] = bytes;
    if (state & BUSY) this.#chip.refuse(`still measures after ${MEASURE_MS} ms`);
    this.#chip.check(bytes, 0, 6);
    // Two numbers of 20 bits: the fifth byte is half of each.
    const humidity = (h0 << 12) | (h1 << 4) | (shared >> 4);
    const temperature = ((shared & 15) << 16) | (t0 << 8) | t1;
    return { temperature: (temperature * 200) / SCALE - 50, humidityPercent: (humidity * 100) / SCALE };
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.schedule(ms, resolve));
  }
}

class Aht20Part implements ClimateSensorPart {
  readonly #bus: I2cBus;

  constructor(bus: I2cBus) {
    this.#bus = frozen(bus);
  }

  get chip(): string {
    return "aht20";
  }

  create(clock: Clock): ClimateSensor {
    return new Aht20(new CommandChip({ chip: this.chip, bus: this.#bus, address: ADDRESS }), clock);
  }
}

/** Aosong AHT20. */
export function aht20({ bus }: { readonly bus: I2cBus }): ClimateSensorPart {
  return new Aht20Part(bus);
}
