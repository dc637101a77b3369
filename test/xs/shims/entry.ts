/** Loads one portable test file on XS, runs it and tells Node the outcomes. */

import { runCollected } from "node:test";
import { call } from "host";

/** fast-check looks these up when it loads; synchronous properties never call them. */
function absentOnXs(): never {
  throw new Error("portable tests have no timers");
}

const STAND_INS = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "queueMicrotask"];

export default async function run(specifier: string): Promise<void> {
  for (const name of STAND_INS) Object.defineProperty(globalThis, name, { value: absentOnXs, configurable: true });
  await import(specifier);
  call("outcomes", JSON.stringify(await runCollected()));
}
