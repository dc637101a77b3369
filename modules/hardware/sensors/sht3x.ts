import type { Clock } from "../../../protocol/clock.ts";
import { frozen } from "../../../protocol/frozen.ts";
import type { I2cBus } from "../registers.ts";
import type { Climate, ClimateSensor, ClimateSensorPart } from "./climate-sensor.ts";
import { CommandChip } from "./command-chip.ts";

const ADDRESS = 0x44;
/** One measurement of high repeatability, without holding the bus meanwhile. */
const MEASURE_HIGH = 0x24;
const MEASURE_LOW = 0x00;
/** Longest time of a measurement, by the data sheet. */
const MEASURE_MS = 16;
const SCALE = 65_535;

class Sht3x implements ClimateSensor {
  readonly #chip: CommandChip;
  readonly #clock: Clock;

  constructor(chip: CommandChip, clock: Clock) {
    this.#chip = chip;
    this.#clock = clock;
  }

  async measure(): Promise<Climate> {
    this.#chip.write(MEASURE_HIGH, MEASURE_LOW);
    await new Promise<void>((resolve) => this.#clock.schedule(MEASURE_MS, resolve));
    const bytes = this.#chip.read(6);
    this.#chip.check(bytes, 0, 2);
    this.#chip.check(bytes, 3, 5);
    const word = (at: number) => ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    return { temperature: (175 * word(0)) / SCALE - 45, humidityPercent: (100 * word(3)) / SCALE };
  }
}

class Sht3xPart implements ClimateSensorPart {
  readonly #bus: I2cBus;
  readonly #address: number;

  constructor(bus: I2cBus, address: number) {
    this.#bus = frozen(bus);
    this.#address = address;
  }

  get chip(): string {
    return "sht3x";
  }

  create(clock: Clock): ClimateSensor {
    return new Sht3x(new CommandChip({ chip: this.chip, bus: this.#bus, address: this.#address }), clock);
  }
}

/** Sensirion SHT30, SHT31 or SHT35. @param options.address 0x44, or 0x45 with pin ADDR high */
export function sht3x({
  bus,
  address = ADDRESS,
}: {
  readonly bus: I2cBus;
  readonly address?: number;
}): ClimateSensorPart {
  return new Sht3xPart(bus, address);
}
