import RNG from "rng";
import type { Environment } from "../environment.ts";

/** Random bytes come as an ArrayBuffer of the length asked for, and never twice the same. */
export default function rng({ say, done }: Environment): void {
  const first = RNG.get(16);
  const second = RNG.get(16);
  say([first instanceof ArrayBuffer, first.byteLength, RNG.get(0).byteLength, RNG.get(1).byteLength]);
  say(new Uint8Array(first).join() === new Uint8Array(second).join());
  done();
}
