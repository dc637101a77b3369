import type { Clock } from "../protocol/clock.ts";

/** The time of this computer, never going back while the process runs. */
export const systemClock: Clock = Object.freeze({
  now: () => performance.timeOrigin + performance.now(),
  schedule: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  hold: () => () => {},
});
