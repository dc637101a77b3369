import Time from "time";
import Timer from "timer";
import type { Environment } from "../environment.ts";

/** Not used by the firmware, and so not declared. */
const schedule = (timer: object, ms: number): void => (Timer as unknown as Scheduler).schedule(timer, ms);

interface Scheduler {
  schedule(timer: object, ms: number): void;
}

/** Order of callbacks, their arguments, clearing, and what is refused. Differences of time are said in steps of 50 ms. */
export default function timer({ say, attempt, done }: Environment): void {
  const start = Time.ticks;
  const steps = () => Math.round((Time.ticks - start) / 50);
  const once = Timer.set(function (this: unknown, given: Timer) {
    say(["once", given === once, this === globalThis, steps()]);
  }, 100);
  let count = 0;
  const often = Timer.set(
    () => {
      say(["often", steps()]);
      if (++count === 3) Timer.clear(often);
    },
    50,
    100,
  );
  const never = Timer.set(() => say("cleared timers do not fire"), 30);
  Timer.clear(never);
  say(attempt(() => Timer.clear(undefined)));
  say(attempt(() => schedule(never, 5)));
  say(attempt(() => schedule({}, 5)));
  Timer.set(() => {
    Timer.set(() => say("inner"));
    say("outer");
  }, 10);
  Promise.resolve().then(() => say("promise jobs run before timers"));
  Timer.set(done, 400);
  say("started");
}
