import Timer from "timer";
import type { Shared, SharedPart } from "../../system/shared.ts";
import type { Switch } from "../switch.ts";

/** How a panel is built into a device. Its size and pins are the driver's, and stand in the manifest's `defines`. */
export interface PanelTraits {
  /** Its corners are missing. */
  readonly isRound?: boolean;
  /** Degrees, clockwise. */
  readonly rotation?: 0 | 90 | 180 | 270;
  /** Resets it while on; for resets that are not at a pin of the processor, or are active high. */
  readonly reset?: SharedPart<Switch>;
}

/** How long panels want to be reset, and what they need afterwards. */
const RESET_MS = 20;
const AWAKE_MS = 120;

/**
 * Resets a panel before its driver speaks to it.
 * @throws ChipError from a chip that does not answer
 */
export function resetPanel({ reset }: PanelTraits, shared: Shared): void {
  if (!reset) return;
  const line = shared.of(reset);
  line.set(true);
  Timer.delay(RESET_MS);
  line.set(false);
  Timer.delay(AWAKE_MS);
}
