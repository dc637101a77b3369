import type { Clock } from "../../protocol/clock.ts";
import type { Log } from "../log.ts";
import { tellFault } from "./contained.ts";

/** The same clock, whose timers do not end the process by what they throw: that is told in the log. */
export function containedClock(clock: Clock, log: Log): Clock {
  const schedule: Clock["schedule"] = (ms, run) =>
    clock.schedule(ms, () => {
      try {
        run();
      } catch (error) {
        tellFault(log, { at: "timer" }, error);
      }
    });
  const { calendar } = clock;
  return {
    now: clock.now.bind(clock),
    ...(calendar && { calendar: calendar.bind(clock) }),
    schedule,
    hold: clock.hold.bind(clock),
  };
}
