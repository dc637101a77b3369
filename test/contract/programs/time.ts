import Time from "time";
import Timer from "timer";
import type { Environment } from "../environment.ts";

/** Ticks are whole milliseconds that only grow, and are not those of the clock. */
export default function time({ say, done }: Environment): void {
  const start = Time.ticks;
  const before = Date.now();
  say([Number.isInteger(start), Number.isInteger(before), typeof Time.set]);
  Timer.set(() => {
    const passed = Time.ticks - start;
    say([passed >= 100, passed < 2000, Math.abs(Date.now() - before - passed) < 100]);
    done();
  }, 100);
}
