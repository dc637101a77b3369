/** The year 2024. Before it the clock was never set: a device without a battery starts in 1970. */
const CLOCK_IS_SET_MS = 1_704_067_200_000;

/** Whether a time, in ms since the epoch, comes from a clock that somebody has set. */
export function isReal(ms: number): boolean {
  return ms >= CLOCK_IS_SET_MS;
}
