import Time from "time";
import Timer from "timer";
import type { Cancel, Clock } from "../../protocol/clock.ts";
import { frozen } from "../../protocol/frozen.ts";
import { contained } from "../system/contained.ts";

function schedule(ms: number, run: () => void): Cancel {
  let timer: Timer | undefined = Timer.set(() => {
    timer = undefined;
    contained("timer", run);
  }, ms);
  return () => {
    if (timer) Timer.clear(timer);
    timer = undefined;
  };
}

/** The device's own time. */
export const deviceClock: Clock = frozen({
  now: () => Date.now(),
  schedule,
  hold: () => () => undefined,
});

/** ms since start. Unlike the clock it never jumps when the time is set. */
export function uptime(): number {
  return Time.ticks;
}

/** Sets the device's clock, which runs in UTC. */
export function setTime(msSinceEpoch: number): void {
  Time.set(Math.floor(msSinceEpoch / 1000));
}
