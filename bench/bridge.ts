import { createBundle } from "../simulator/bundle.ts";
import { RealClock } from "../simulator/clock.ts";
import { loadFirmware } from "../simulator/firmware.ts";
import { Machine } from "../simulator/machine.ts";
import { TWINS } from "../simulator/twins/twins.ts";
import type { Figure } from "./figures.ts";

const SOURCE = `
import { call, register } from "host";
const target = {
  nothing() {},
  down(count) { for (let i = 0; i < count; i++) call("up", i); },
};
globalThis.id = register(target);
`;

const CALLS = 300_000;

function perSecond(run: () => void): string {
  const from = performance.now();
  run();
  return Math.round((CALLS * 1000) / (performance.now() - from)).toLocaleString("en-US");
}

/** How many calls cross between Node and XS in a second, each way. */
export function benchBridge(): Figure[] {
  const { manifest } = loadFirmware({});
  const twins = { host: TWINS["host"] as string };
  const program = [{ specifier: "bench", source: SOURCE, path: "bench.js" }];
  const bundle = createBundle({ directory: ".", modules: new Map(), config: {} }, twins, program);
  const options = { name: "bench", creation: manifest.creation, clock: new RealClock(), seed: 1 };
  const machine = new Machine(bundle, options, { call: () => undefined, log: () => {} });
  machine.import("bench");
  const id = machine.eval("id") as number;
  const toXs = perSecond(() => {
    for (let i = 0; i < CALLS; i++) machine.notify(id, "nothing");
  });
  const toNode = perSecond(() => machine.notify(id, "down", CALLS));
  machine.close();
  return [
    { name: "bridge, Node to XS, calls/s", value: toXs },
    { name: "bridge, XS to Node, calls/s", value: toNode },
  ];
}
