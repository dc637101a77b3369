import KeyValue from "embedded:storage/key-value";
import Timer from "timer";
import type { Environment } from "../environment.ts";

interface Platform {
  readonly System: { restart(): void; deepSleep(): void };
}

/** The program begins anew with its settings. On Linux both the class and the store are the project's own. */
export default function restart({ say, attempt, done }: Environment): void {
  const { System } = globalThis as unknown as Platform;
  const starts = KeyValue.open({ path: "restart", format: "int32" });
  const count = Number(starts.read("starts") ?? 0) + 1;
  starts.write("starts", count);
  starts.close();
  say(["start", count, attempt(() => System.deepSleep())]);
  if (count > 2) return done();
  Timer.set(() => System.restart(), 20);
}
