import { VirtualClock } from "../../simulator/clock.ts";
import type { ScreenShape } from "../../simulator/device/screen-image.ts";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { VirtualDevice } from "../../simulator/device.ts";
import { loadFirmware } from "../../simulator/firmware.ts";
import { MemoryNetwork } from "../../simulator/memory-network.ts";
import type { Language, Scene } from "./scenes.ts";

export type Theme = "light" | "dark";

/** Each scene is on for so long. */
const SCENE_MS = 1000;

/** In the firmware. */
const DEVICE_CLOCK = "modules/io/device-clock";
const SHARED = "modules/system/shared";
const WORDS = "modules/system/words";

/** A screen's pixels: red, green, blue, line by line. */
export interface Picture {
  readonly name: string;
  readonly rgb: Uint8Array;
}

/** Where the program finds what to show. A build for each film would take longer than the film. */
const SETTING = "film";

const PROGRAM = `import board from "board";
import KeyValue from "embedded:storage/key-value";
import { SteadyClock } from "${DEVICE_CLOCK}";
import { Shared } from "${SHARED}";
import { wordsOf } from "${WORDS}";
export default function main() {
  const clock = new SteadyClock();
  const { scenes, language, theme } = JSON.parse(KeyValue.open({ path: "${SETTING}", format: "string" }).read("${SETTING}"));
  const words = wordsOf(language);
  const parts = { level: 70, rssi: -50 };
  const view = board.screen.create({ clock, shared: new Shared(), language, theme,
    volume: () => parts.level, rssi: () => parts.rssi, localTime: () => 0 });
  const play = (at) => {
    new Function("view", "words", "parts", scenes[at].show)(view, words, parts);
    if (at + 1 < scenes.length) clock.schedule(${SCENE_MS}, () => play(at + 1));
  };
  play(0);
}`;

/**
 * Plays scenes on a virtual device's screen, one after the other, and gives what each looks like.
 * @throws Error when the device says that something went wrong
 */
export async function film(
  shape: ScreenShape,
  scenes: readonly Scene[],
  { language, theme }: { readonly language: Language; readonly theme: Theme },
): Promise<Picture[]> {
  const clock = new VirtualClock();
  const faults: string[] = [];
  const store = new MemoryStore();
  store.set(SETTING, SETTING, { format: "string", value: JSON.stringify({ scenes, language, theme }) });
  const device = new VirtualDevice({
    clock,
    network: new MemoryNetwork({ clock }),
    store,
    screen: shape,
    firmware: loadFirmware({
      board: "simulator-screen",
      modules: [{ specifier: "main", path: "screens/main.js", source: PROGRAM }],
    }),
    reboots: false,
    onLog: ({ level, text }) => {
      if (level === "error") faults.push(text);
    },
  });
  const pictures: Picture[] = [];
  device.start();
  for (const { name } of scenes) {
    await clock.advance(SCENE_MS / 2);
    pictures.push({ name, rgb: device.hardware.screen.rgb() });
    await clock.advance(SCENE_MS / 2);
  }
  device.close();
  if (faults.length > 0) throw new Error(`the device says: ${faults.join("\n")}`);
  return pictures;
}
