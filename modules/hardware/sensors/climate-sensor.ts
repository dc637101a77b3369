import type { Clock } from "../../../protocol/clock.ts";

/** The air around a device. */
export interface Climate {
  /** Degrees Celsius. */
  readonly temperature: number;
  readonly humidityPercent: number;
}

export interface ClimateSensor {
  /** Rejects with ChipError when the chip does not answer, or answers nonsense. */
  measure(): Promise<Climate>;
}

/** A sensor that a board declares; `create` does not talk to the chip yet. */
export interface ClimateSensorPart {
  /** What it is called in messages. */
  readonly chip: string;
  create(clock: Clock): ClimateSensor;
}
