import { join } from "node:path";
import { VirtualClock } from "../../../simulator/clock.ts";
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

/** Runs a scene until it has been drawn, and gives the device. */
export async function play({ width, height, isRound = false, isGray = false, theme = "light", show }: Scene) {
  const source = `import VirtualScreen from "virtual/screen";
import { SteadyClock } from "modules/io/device-clock";
import { Screen } from "modules/ui/screen/screen";
export default function main() {
  const pixels = new VirtualScreen({ width: ${width}, height: ${height}, pixelFormat: ${isGray ? 5 : 7} });
  const screen = new Screen({ pixels, isRound: ${isRound}, clock: new SteadyClock(), theme: "${theme}" });
  ${show}
}`;
  const clock = new VirtualClock();
  const lines: string[] = [];
  const device = new VirtualDevice({
    clock,
    network: new MemoryNetwork({ clock }),
    firmware: loadFirmware({ manifest: MANIFEST, modules: [{ specifier: "main", path: "main.ts", source }] }),
    onLog: ({ level, text }) => lines.push(`${level} ${text}`),
  });
  device.start();
  await clock.advance(200);
  return { clock, device, lines, image: device.hardware.screen };
}
