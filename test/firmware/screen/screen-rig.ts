import { join } from "node:path";
import { VirtualClock } from "../../../simulator/clock.ts";
import { MemoryStore } from "../../../simulator/device/settings-store.ts";
import { VirtualDevice } from "../../../simulator/device.ts";
import { loadFirmware } from "../../../simulator/firmware.ts";
import { MemoryNetwork } from "../../../simulator/memory-network.ts";

const MANIFEST = join(import.meta.dirname, "manifest.json");

/** A screen of the project's, with a program that shows something on it. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly isRound?: boolean;
  readonly isGray?: boolean;
  readonly theme?: "light" | "dark";
  /** Statements on `screen`. */
  readonly show: string;
}

/** One build for all scenes, which each device finds among its settings: a build takes longer than most scenes. */
const firmware = loadFirmware({
  manifest: MANIFEST,
  modules: [
    {
      specifier: "main",
      path: "main.ts",
      source: `import VirtualScreen from "virtual/screen";
import KeyValue from "embedded:storage/key-value";
import { SteadyClock } from "modules/io/device-clock";
import { Screen } from "modules/ui/screen/screen";
export default function main() {
  const { width, height, isRound, isGray, theme, show } = JSON.parse(KeyValue.open({ path: "scene", format: "string" }).read("scene"));
  const pixels = new VirtualScreen({ width, height, pixelFormat: isGray ? 5 : 7 });
  const screen = new Screen({ pixels, isRound, clock: new SteadyClock(), theme });
  new Function("screen", show)(screen);
}`,
    },
  ],
});

/** Runs a scene until it has been drawn, and gives the device. */
export async function play(scene: Scene) {
  const store = new MemoryStore();
  const whole = { isRound: false, isGray: false, theme: "light", ...scene };
  store.set("scene", "scene", { format: "string", value: JSON.stringify(whole) });
  const clock = new VirtualClock();
  const lines: string[] = [];
  const device = new VirtualDevice({
    clock,
    network: new MemoryNetwork({ clock }),
    store,
    firmware,
    onLog: ({ level, text }) => lines.push(`${level} ${text}`),
  });
  device.start();
  await clock.advance(200);
  return { clock, device, lines, image: device.hardware.screen };
}
