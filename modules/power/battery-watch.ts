import type { Clock } from "../../protocol/clock.ts";
import type { Battery, BatteryState } from "../hardware/power/battery.ts";
import { log, reason } from "../system/log.ts";
import type { Words } from "../system/words.ts";

export interface BatteryWatchParts {
  readonly clock: Clock;
  readonly battery: Battery;
  /** The level or the charger has changed; also at the first look. */
  readonly onChange: (state: BatteryState) => void;
  readonly words: Words;
  /** The battery is nearly empty and nothing feeds it. */
  readonly onLow: (percent: number) => void;
}

/** Below this a battery is low: the user is told, and no firmware is installed. */
export const LOW_PERCENT = 20;
/** What fills again by so much is told once more when it is low. */
const RECOVERED_PERCENT = LOW_PERCENT + 5;

const LOOK_MS = 10_000;

/** Looks at the battery again and again, and says once when it is low. */
export class BatteryWatch {
  readonly #parts: BatteryWatchParts;
  #state: BatteryState | undefined;
  #isTold = false;
  #hasFailed = false;

  constructor(parts: BatteryWatchParts) {
    this.#parts = parts;
  }

  /** As of the last look; undefined before it, and while the battery cannot be measured. */
  get state(): BatteryState | undefined {
    return this.#state;
  }

  /** Why a long piece of work should not begin now; undefined when it may. */
  get obstacle(): string | undefined {
    const { state } = this;
    if (!state || state.isCharging || !state.isDischarging || state.percent >= LOW_PERCENT) return undefined;
    return this.#parts.words.batteryAt(state.percent);
  }

  start(): void {
    this.#look();
  }

  #look(): void {
    const { clock } = this.#parts;
    clock.schedule(LOOK_MS, () => this.#look());
    const before = this.#state;
    const state = this.#read();
    this.#state = state;
    if (!state) return;
    const isSame =
      before?.percent === state.percent &&
      before.isCharging === state.isCharging &&
      before.isDischarging === state.isDischarging;
    if (!isSame) this.#parts.onChange(state);
    this.#tell(state);
  }

  #read(): BatteryState | undefined {
    try {
      const state = this.#parts.battery.read();
      this.#hasFailed = false;
      return state;
    } catch (error) {
      if (!this.#hasFailed) log.warn("battery not measured", { reason: reason(error) });
      this.#hasFailed = true;
      return undefined;
    }
  }

  #tell({ percent, isCharging }: BatteryState): void {
    if (isCharging || percent >= RECOVERED_PERCENT) this.#isTold = false;
    if (this.#isTold || this.obstacle === undefined) return;
    this.#isTold = true;
    this.#parts.onLow(percent);
  }
}
