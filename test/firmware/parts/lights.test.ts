import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../../../simulator/clock.ts";
import { VirtualDevice } from "../../../simulator/device.ts";
import { loadFirmware } from "../../../simulator/firmware.ts";
import { MemoryNetwork } from "../../../simulator/memory-network.ts";

const PHASES = [
  "starting",
  "wifi_configuring",
  "idle",
  "connecting",
  "listening",
  "voice",
  "speaking",
  "upgrading",
  "activating",
] as const;

/** What a light shows in a phase, looked at every 50 ms for two seconds, after another phase. */
async function watch(light: string, phase: string, look: (device: VirtualDevice) => unknown): Promise<unknown[]> {
  const source = `import { SteadyClock } from "modules/io/device-clock";
import { pixelLight } from "modules/hardware/light";
import { ringLight } from "modules/hardware/ring-light";
import { monoLight } from "modules/hardware/mono-light";
export default function main() {
  const light = ${light}.create(new SteadyClock());
  light.show("speaking");
  light.show("${phase}");
}`;
  const clock = new VirtualClock();
  const modules = [{ specifier: "main", path: "main.ts", source }];
  const device = new VirtualDevice({
    clock,
    network: new MemoryNetwork({ clock }),
    firmware: loadFirmware({ modules }),
  });
  device.start();
  const seen: unknown[] = [];
  for (let step = 0; step < 40; step++) {
    await clock.advance(step === 0 ? 25 : 50);
    seen.push(look(device));
  }
  return seen;
}

const LIGHTS = {
  "pixelLight(48)": (device: VirtualDevice) => {
    const { colors, brightness } = device.hardware.pixels ?? { colors: [], brightness: 0 };
    return colors.map(({ red, green, blue }) => [red, green, blue].map((value) => (value * brightness) >> 8).join());
  },
  "ringLight({ pin: 48, length: 8 })": (device: VirtualDevice) => {
    const { colors, brightness } = device.hardware.pixels ?? { colors: [], brightness: 0 };
    return colors.map(({ red, green, blue }) => [red, green, blue].map((value) => (value * brightness) >> 8).join());
  },
  "monoLight(21)": (device: VirtualDevice) => Math.round((device.pins.duty(21) ?? -1) * 100),
};

for (const [light, look] of Object.entries(LIGHTS)) {
  test(`${light}: every phase looks different, as it comes out of the LED`, async () => {
    const seen = new Map<string, string>();
    for (const phase of PHASES) {
      const picture = JSON.stringify(await watch(light, phase, look));
      assert.equal(seen.get(picture), undefined, `${phase} looks like ${seen.get(picture)}`);
      seen.set(picture, phase);
    }
  });
}

test("a ring scrolls while it starts, and fades out when it has nothing to tell", async () => {
  const ring = "ringLight({ pin: 48, length: 8 })";
  const look = ({ hardware }: VirtualDevice) =>
    hardware.pixels?.colors.map(({ blue }) => (blue === 32 ? "#" : ".")).join("");
  const starting = await watch(ring, "starting", look);
  assert.deepEqual(starting.slice(0, 5), ["###.....", "###.....", ".###....", ".###....", "..###..."]);
  const idle = await watch(ring, "idle", ({ hardware }) => hardware.pixels?.colors[0]?.green);
  assert.deepEqual(idle.slice(0, 8), [16, 8, 4, 2, 1, 0, 0, 0]);
});

test("a LED of one colour blinks between its brightness and dark, also one that shines at a low level", async () => {
  const look = (device: VirtualDevice) => Math.round((device.pins.duty(21) ?? -1) * 100);
  assert.deepEqual((await watch("monoLight(21)", "starting", look)).slice(0, 5), [50, 50, 0, 0, 50]);
  assert.deepEqual((await watch("monoLight(21, { isActiveLow: true })", "idle", look)).slice(0, 2), [95, 95]);
});
