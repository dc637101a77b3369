import type { Clock } from "../protocol/clock.ts";

/** Asked for once: the property is slow to read, and the time is asked for with every frame. */
const { timeOrigin } = performance;

/**
 * The time of this computer, never going back while the process runs. A computer without a clock of its own learns the date after its
 * start, when the network tells it: the calendar follows.
 */
export const systemClock: Clock = Object.freeze({
  now: () => timeOrigin + performance.now(),
  calendar: () => Date.now(),
  schedule: (ms: number, run: () => void) => {
    // What is due already may come out as a little less than now.
    const timer = setTimeout(run, Math.max(0, ms));
    return () => clearTimeout(timer);
  },
  hold: () => () => {},
});
