import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { VirtualClock } from "../../../simulator/clock.ts";
import { VirtualDevice } from "../../../simulator/device.ts";
import { loadFirmware } from "../../../simulator/firmware.ts";
import type { JsonObject } from "../../../simulator/manifest.ts";
import { MemoryNetwork } from "../../../simulator/memory-network.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** A device whose program shows a face on a panel, with these sizes in the manifest. */
async function play(chip: string, defines: JsonObject, traits = "{}") {
  const folder = mkdtempSync(join(tmpdir(), "panel-"));
  const manifest = join(folder, "manifest.json");
  const parts = [
    "manifest",
    "modules/ui/screen/manifest",
    "boards/simulator/manifest",
    `modules/hardware/panels/${chip}`,
  ];
  const fonts = ["color", "small", "mono"].map((name) => `modules/ui/fonts/${name}`);
  const include = [...parts, ...fonts].map((path) => join(ROOT, `${path}.json`));
  writeFileSync(manifest, JSON.stringify({ include, defines }));
  const source = `import { ${chip} } from "modules/hardware/panels/${chip}";
import { screen } from "modules/ui/screen/screen-part";
import { SteadyClock } from "modules/io/device-clock";
export default function main() {
  const view = screen(${chip}(${traits})).create({ clock: new SteadyClock(), language: "en", theme: "light",
    volume: () => 50, rssi: () => -50, localTime: () => 0 });
  view.showState("idle");
  trace("log: info " + [view.width, view.height, view.isMonochrome, view.theme].join(" ") + "\\n");
}`;
  const clock = new VirtualClock();
  const lines: string[] = [];
  try {
    const device = new VirtualDevice({
      clock,
      network: new MemoryNetwork({ clock }),
      firmware: loadFirmware({ manifest, modules: [{ specifier: "main", path: "main.ts", source }] }),
      onLog: ({ text }) => lines.push(text),
      reboots: false,
    });
    device.start();
    await clock.advance(200);
    const { frames, size } = device.hardware.screen;
    device.close();
    return { lines, frames, size };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the screen takes its size from the manifest's defines, whichever the panel", async () => {
  const sizes = { ili9341: [320, 240], st7789: [240, 240], gc9a01: [240, 240], co5300: [410, 502] } as const;
  for (const [chip, [width, height]] of Object.entries(sizes)) {
    const define = chip === "co5300" ? chip : "ili9341";
    const { lines, frames, size } = await play(chip, { [define]: { width, height } });
    assert.deepEqual(size, { width, height }, chip);
    assert.match(lines.join("\n"), new RegExp(`${width} ${height} false light`), chip);
    assert.equal(frames, 1, chip);
  }
});

test("an SSD1306 is black and white, and has no theme to choose", async () => {
  const { lines, frames } = await play("ssd1306", {});
  assert.match(lines.join("\n"), /128 64 true $/m);
  assert.equal(frames, 1);
});

test("a panel is turned by the driver", async () => {
  const { lines } = await play("st7789", { ili9341: { width: 240, height: 320 } }, "{ rotation: 90 }");
  assert.match(lines.join("\n"), /320 240 false light/);
});
