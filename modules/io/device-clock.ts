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

/** The device's own time; it jumps when it is set. */
export const deviceClock: Clock = frozen({
  now: () => Date.now(),
  schedule,
  hold: () => () => undefined,
});

/** Counts ms from its making and never jumps: for everything that lasts. */
export class SteadyClock implements Clock {
  #ticks = Time.ticks;
  #now = 0;

  now(): number {
    const ticks = Time.ticks;
    // They are 32 bits, which overflow every 50 days.
    this.#now += (ticks - this.#ticks) | 0;
    this.#ticks = ticks;
    return this.#now;
  }

  schedule(ms: number, run: () => void): Cancel {
    return schedule(ms, run);
  }

  hold(): Cancel {
    return () => undefined;
  }
}

/** ms since start. Unlike the clock it never jumps when the time is set. */
export function uptime(): number {
  return Time.ticks;
}

/** Sets the device's clock, which runs in UTC. */
export function setTime(msSinceEpoch: number): void {
  Time.set(Math.floor(msSinceEpoch / 1000));
}
