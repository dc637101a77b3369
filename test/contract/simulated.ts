import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { VirtualClock } from "../../simulator/clock.ts";
import { VirtualDevice } from "../../simulator/device.ts";
import { firmwareOf } from "../../simulator/firmware.ts";
import { MemoryNetwork } from "../../simulator/memory-network.ts";
import { ADDRESS } from "./environment.ts";
import { joinPeers, type PeerPlaces } from "./peers.ts";

const FOLDER = import.meta.dirname;

/** A program that waits for something that does not come is ended; virtual time is cheap. */
const LIMIT_MS = 20_000;

/** Certificates are checked against the clock, which a device sets, and a computer has. */
const NOW_SECONDS = Date.parse("2026-01-01T00:00:00Z") / 1000;

/** Modules of the project that programs use. */
const OWN = ["modules/{io,system}/*.ts", "modules/io/socket/*.ts", "modules/ui/screen/**/*.ts", "protocol/*.ts"];

/** Of the manifests that the programs are built with. */
const FONTS = ["code-48", "face-64", "face-96", "text-16", "text-20", "text-26"];

/** Here nothing is in flash: code takes room beside what it makes. */
const BUDGET = { chunkBytes: 1 << 20, slots: 60_000 };

const ROOT = join(FOLDER, "../..");

function firmware(name: string, places: PeerPlaces) {
  const files = globSync(["test/contract/environment.ts", "test/contract/programs/*.ts", ...OWN], { cwd: ROOT });
  const modules = files.map((path) => {
    return { specifier: path.replace(/\.ts$/, ""), path, source: readFileSync(join(ROOT, path), "utf8") };
  });
  const source = `import program from "test/contract/programs/${name}";
    import { createEnvironment } from "test/contract/environment";
    import Time from "time";
    export default () => {
      Time.set(${NOW_SECONDS});
      program(createEnvironment(${JSON.stringify(places)}));
    };`;
  const data = new Map([["sample.bin", join(FOLDER, "sample.bin")]]);
  for (const font of FONTS) data.set(`${font}.xzf`, join(ROOT, "modules/ui/fonts", `${font}.xzf`));
  return firmwareOf([...modules, { specifier: "main", path: "main.ts", source }], data);
}

/** What a program says in the simulator, line by line; a crash is a line, too. */
export async function runSimulated(name: string): Promise<string[]> {
  const clock = new VirtualClock({ start: NOW_SECONDS * 1000 });
  const network = new MemoryNetwork({ clock, names: { localhost: ADDRESS } });
  const places = await joinPeers(network);
  const lines: string[] = [];
  let isDone = false;
  const device = new VirtualDevice({
    clock,
    network,
    reboots: false,
    meterLimit: 50_000_000,
    budget: BUDGET,
    firmware: firmware(name, places),
    onLog({ text }) {
      if (text === "done") isDone = true;
      if (text.startsWith("said ") && !isDone) lines.push(text.slice(5));
    },
  });
  device.start();
  const end = clock.now() + LIMIT_MS;
  while (!isDone && !device.failure && clock.now() < end) await clock.advance(50);
  if (device.failure) lines.push("crash");
  else if (!isDone) lines.push("never done");
  device.close();
  network.close();
  return lines;
}
