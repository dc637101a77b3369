import { frozen } from "../../protocol/frozen.ts";
import type { Shared, SharedPart } from "../system/shared.ts";
import type { Backlight } from "./backlight.ts";
import type { Battery, BatteryState } from "./power/battery.ts";
import type { PowerSwitch } from "./power/power-switch.ts";
import { type ChipAddress, ChipError, type I2cBus, Registers } from "./registers.ts";

const ADDRESS = 0x34;

const STATUS_2 = 0x01;
const CHIP_ID = 0x03;
const COMMON_CONFIG = 0x10;
const ADC_ENABLE = 0x30;
const CHARGE_LIGHT = 0x69;
const OUTPUTS_1 = 0x90;
const OUTPUTS_2 = 0x91;
const BATTERY_PERCENT = 0xa4;

const CHIP = 0x4a;

const POWER_OFF = 0x01;

/** Battery voltage and current are measured. */
const MEASURE_BATTERY = 0x01;

/** An output: its voltage register, least voltage, step (mV), and its bit in the enable registers. */
interface Output {
  readonly register: number;
  readonly from: number;
  readonly step: number;
  readonly enable: number;
  readonly bit: number;
}

/** All go up in steps of 100 mV; those of the cores are left as they come. */
const OUTPUTS = frozen({
  aldo1: { register: 0x92, from: 500, step: 100, enable: OUTPUTS_1, bit: 0 },
  aldo2: { register: 0x93, from: 500, step: 100, enable: OUTPUTS_1, bit: 1 },
  aldo3: { register: 0x94, from: 500, step: 100, enable: OUTPUTS_1, bit: 2 },
  aldo4: { register: 0x95, from: 500, step: 100, enable: OUTPUTS_1, bit: 3 },
  bldo1: { register: 0x96, from: 500, step: 100, enable: OUTPUTS_1, bit: 4 },
  bldo2: { register: 0x97, from: 500, step: 100, enable: OUTPUTS_1, bit: 5 },
  dldo1: { register: 0x99, from: 500, step: 100, enable: OUTPUTS_1, bit: 7 },
  dldo2: { register: 0x9a, from: 500, step: 100, enable: OUTPUTS_2, bit: 0 },
} satisfies { [name: string]: Output });

export type Axp2101Output = keyof typeof OUTPUTS;

/** mV; an output at 0 is off. Outputs that are not named stay as the chip was made. */
export type Axp2101Voltages = { readonly [name in Axp2101Output]?: number };

/** The highest code of a voltage: 3.3 V. */
const MAX_CODE = 28;

/** X-Powers AXP2101 that answers. */
export class Axp2101 implements Battery, PowerSwitch {
  readonly #registers: Registers;

  constructor(address: ChipAddress, voltages: Axp2101Voltages) {
    this.#registers = new Registers(address);
    this.#registers.expect(CHIP_ID, CHIP);
    this.#registers.update(ADC_ENABLE, MEASURE_BATTERY, MEASURE_BATTERY);
    // The charge light shows charging by itself.
    this.#registers.write(CHARGE_LIGHT, 0x01);
    for (const [name, voltage] of Object.entries(voltages)) this.setVoltage(name as Axp2101Output, voltage);
  }

  /** mV; 0 switches it off. @throws ChipError */
  setVoltage(name: Axp2101Output, voltage: number): void {
    const { register, from, step, enable, bit } = OUTPUTS[name];
    if (voltage > 0) {
      const code = Math.round((voltage - from) / step);
      if (code < 0 || code > MAX_CODE) {
        throw new ChipError("chip-wrong", `axp2101: ${name}: expected ${from} to 3300 mV, got ${voltage}`);
      }
      this.#registers.write(register, code);
    }
    this.#registers.update(enable, 1 << bit, voltage > 0 ? 1 << bit : 0);
  }

  /** @throws ChipError */
  read(): BatteryState {
    const direction = (this.#registers.read(STATUS_2) >> 5) & 3;
    const percent = Math.min(this.#registers.read(BATTERY_PERCENT), 100);
    return { percent, isCharging: direction === 1, isDischarging: direction === 2 };
  }

  /** Cuts all its outputs; its power key brings them back. @throws ChipError */
  off(): void {
    this.#registers.update(COMMON_CONFIG, POWER_OFF, POWER_OFF);
  }
}

interface Axp2101Options {
  readonly bus: I2cBus;
  /** 7 bits; 0x34 when absent. */
  readonly address?: number;
  readonly voltages?: Axp2101Voltages;
}

class Axp2101Part implements SharedPart<Axp2101> {
  readonly #options: Axp2101Options;

  constructor(options: Axp2101Options) {
    this.#options = options;
  }

  create(): Axp2101 {
    const { bus, address = ADDRESS, voltages = {} } = this.#options;
    return new Axp2101({ chip: "axp2101", bus, address }, voltages);
  }
}

/** X-Powers AXP2101: battery, charger, voltages and power switch of a board, and declared as each of them. */
export function axp2101(options: Axp2101Options): SharedPart<Axp2101> {
  return new Axp2101Part(frozen(options));
}

/** A backlight below this voltage is dark; above, it follows the voltage. */
const DIM_MV = 2500;
const BRIGHT_MV = 3300;

class VoltageBacklight implements Backlight {
  readonly #power: Axp2101;
  readonly #output: Axp2101Output;

  constructor(power: Axp2101, output: Axp2101Output) {
    this.#power = power;
    this.#output = output;
  }

  set(percent: number): void {
    const voltage = percent <= 0 ? 0 : DIM_MV + ((BRIGHT_MV - DIM_MV) * Math.min(percent, 100)) / 100;
    this.#power.setVoltage(this.#output, Math.round(voltage / 100) * 100);
  }
}

class VoltageBacklightPart implements SharedPart<Backlight> {
  readonly #power: SharedPart<Axp2101>;
  readonly #output: Axp2101Output;

  constructor(power: SharedPart<Axp2101>, output: Axp2101Output) {
    this.#power = power;
    this.#output = output;
  }

  create(shared: Shared): Backlight {
    return new VoltageBacklight(shared.of(this.#power), this.#output);
  }
}

/** A backlight that is dimmed by its voltage. */
export function voltageBacklight(power: SharedPart<Axp2101>, output: Axp2101Output): SharedPart<Backlight> {
  return new VoltageBacklightPart(frozen(power), output);
}
