import Timer from "timer";
import type { Environment } from "../environment.ts";

/** A timer without a function is accepted, and ends the program when its time has come. */
export default function timerNoFunction({ say, attempt }: Environment): void {
  say(attempt(() => typeof Timer.set("no function" as never, 20)));
}
