import Analog from "embedded:io/analog";
import Digital from "embedded:io/digital";
import { frozen } from "../../../protocol/frozen.ts";
import type { Battery, BatteryPart, BatteryState } from "../power/battery.ts";

/** How full a battery is at a voltage. */
export type CurvePoint = readonly [voltage: number, percent: number];

export interface VoltageBatteryOptions {
  /** A pin of ADC1 (1 to 10 on an ESP32-S3): those of ADC2 are the radio's. */
  readonly pin: number;
  /** Battery voltage over pin voltage: 2 for two equal resistors. */
  readonly ratio?: number;
  /** mV and percent, falling; by default a lithium cell of 4.2 V. */
  readonly curve?: readonly CurvePoint[];
  /** A pin that tells that the battery is being charged. */
  readonly charging?: { readonly pin: number; readonly isActiveLow?: boolean };
}

/** A lithium cell at rest. */
const LITHIUM: readonly CurvePoint[] = frozen([
  [4150, 100],
  [4000, 85],
  [3900, 72],
  [3800, 55],
  [3700, 30],
  [3600, 12],
  [3500, 5],
  [3300, 0],
]);

/** What the SDK's reading at full scale stands for: its readings on an ESP32 are calibrated, at 12 dB. */
const FULL_SCALE_MV = 2450;
/** The radio makes single readings jump. */
const READINGS = 8;

/** Percent on a curve, straight between its points. */
export function percentAt(voltage: number, curve: readonly CurvePoint[]): number {
  const at = curve.findIndex(([least]) => voltage >= least);
  if (at < 0) return 0;
  const [low, lowPercent] = curve[at] as CurvePoint;
  const above = curve[at - 1];
  if (!above) return lowPercent;
  const [high, highPercent] = above;
  return Math.round(lowPercent + ((voltage - low) * (highPercent - lowPercent)) / (high - low));
}

class VoltageBattery implements Battery {
  readonly #options: VoltageBatteryOptions;
  readonly #adc: Analog;
  readonly #charging: Digital | undefined;

  constructor(options: VoltageBatteryOptions) {
    this.#options = options;
    this.#adc = new Analog({ pin: options.pin });
    const { charging } = options;
    const { isActiveLow = false } = charging ?? {};
    const mode = isActiveLow ? Digital.InputPullUp : Digital.InputPullDown;
    this.#charging = charging && new Digital({ pin: charging.pin, mode, activeLow: isActiveLow });
  }

  read(): BatteryState {
    const { ratio = 1, curve = LITHIUM } = this.#options;
    let sum = 0;
    for (let count = 0; count < READINGS; count++) sum += this.#adc.read();
    const full = 2 ** this.#adc.resolution - 1;
    const voltage = (sum / READINGS / full) * FULL_SCALE_MV * ratio;
    const isCharging = this.#charging?.read() === 1;
    return { percent: percentAt(voltage, curve), isCharging, isDischarging: !isCharging };
  }
}

class VoltageBatteryPart implements BatteryPart {
  readonly #options: VoltageBatteryOptions;

  constructor(options: VoltageBatteryOptions) {
    this.#options = options;
  }

  create(): Battery {
    return new VoltageBattery(this.#options);
  }
}

/**
 * A battery whose voltage lies at an analog pin, through a divider. Without `charging` it counts as discharging
 * whatever feeds it. The board's manifest includes `modules/hardware/analog/manifest.json`.
 */
export function voltageBattery(options: VoltageBatteryOptions): BatteryPart {
  return new VoltageBatteryPart(frozen(options));
}
