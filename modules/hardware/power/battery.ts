import type { SharedPart } from "../../system/shared.ts";

/** What a battery does. */
export interface BatteryState {
  /** Charge, 0 to 100. */
  readonly percent: number;
  readonly isCharging: boolean;
  /** The device lives on it: nothing feeds it from outside. */
  readonly isDischarging: boolean;
}

/** A battery as the chip or the pin that measures it sees it. */
export interface Battery {
  /** As it is now. @throws ChipError, or what the platform throws, when it cannot be measured */
  read(): BatteryState;
}

/** A battery that a board declares; `create` brings what measures it to life. */
export type BatteryPart = SharedPart<Battery>;
