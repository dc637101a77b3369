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
async function play(chip: string, defines: JsonObject, traits = "{}", more = "") {
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
import { Shared } from "modules/system/shared";
${more}
export default function main() {
  const shared = new Shared();
  const panel = ${chip}(${traits});
  const view = screen(panel).create({ clock: new SteadyClock(), shared, language: "en", theme: "light",
    volume: () => 50, rssi: () => -50, localTime: () => 0 });
  view.showState("idle");
  const clock = new SteadyClock();
  clock.schedule(100, () => globalThis.change?.(view, panel, shared));
  trace([view.width, view.height, view.isMonochrome, view.theme].join(" ") + "\\n");
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
    const { frames, size, commands } = device.hardware.screen;
    device.close();
    return { lines, frames, size, commands };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the screen takes its size from the manifest's defines, whichever the panel", async () => {
  const panels = [
    ["ili9341", "ili9341", 320, 240],
    ["st7789", "ili9341", 240, 240],
    ["gc9a01", "ili9341", 240, 240],
    ["co5300", "co5300", 410, 502],
    ["sh8601", "qspi_panel", 368, 448],
    ["st77916", "qspi_panel", 360, 360],
  ] as const;
  for (const [chip, define, width, height] of panels) {
    const { lines, frames, size } = await play(chip, { [define]: { width, height } });
    assert.deepEqual(size, { width, height }, chip);
    assert.match(lines.join("\n"), new RegExp(`${width} ${height} false light`), chip);
    assert.equal(frames, 1, chip);
  }
});

test("an SSD1306 is black and white, has no theme to choose, and gets whole pictures only", async () => {
  for (const height of [64, 32]) {
    const more = "globalThis.change = (view) => view.showVolume(0);";
    const { lines, frames } = await play("ssd1306", { ssd1306: { width: 128, height } }, "{}", more);
    assert.deepEqual(lines, [`128 ${height} true `]);
    assert.equal(frames, 2);
  }
});

test("a panel is turned by the driver", async () => {
  const { lines } = await play("st7789", { ili9341: { width: 240, height: 320 } }, "{ rotation: 90 }");
  assert.match(lines.join("\n"), /320 240 false light/);
});

/** Registers with their bytes, as the tables of the panels have them. */
const written = (commands: readonly (readonly number[])[]) =>
  commands.map((bytes) => Buffer.from(bytes).toString("hex").toUpperCase());

test("an SH8601 gets its registers in order, and shines as its light says", async () => {
  const more = `import { panelLight } from "modules/hardware/panels/panel-light";
globalThis.change = (view, panel, shared) => {
  const light = shared.of(panelLight(panel));
  for (const percent of [0, 50, 101]) light.set(percent);
};`;
  const { commands, lines } = await play("sh8601", {}, "{}", more);
  assert.deepEqual(lines, ["368 448 false light"]);
  const start = ["01", "3A55", "11", "4401D1", "3500", "5320", "3600", "51FF"];
  assert.deepEqual(written(commands), [...start, "5100", "5180", "51FF"]);
});

test("an ST77916 gets the registers of its glass, and is turned", async () => {
  const counts = { 1: 219, 2: 186 };
  for (const glass of [1, 2] as const) {
    const { commands, lines } = await play("st77916", {}, `{ glass: ${glass}, rotation: 180 }`);
    assert.deepEqual(lines, ["360 360 false light"]);
    const all = written(commands);
    assert.deepEqual(all.slice(0, 3), ["01", "3A55", glass === 1 ? "F008" : "F028"]);
    assert.deepEqual(all.slice(-4), [glass === 1 ? "2B00000167" : "F000", "21", "11", "36C0"]);
    assert.equal(all.length, counts[glass]);
    const gamma = all.filter((command) => /^E[01].{28}$/.test(command));
    assert.equal(gamma.length, 2);
  }
});

test("a panel is reset before its registers are set", async () => {
  const more = `const said = (text) => trace(text + "\\n");
const reset = { create: () => ({ set: (isOn) => said("reset " + isOn) }) };`;
  const { lines } = await play("sh8601", {}, "{ reset }", more);
  assert.deepEqual(lines, ["reset true", "reset false", "368 448 false light"]);
});

test("a light of its own is no light for a panel without one", async () => {
  const more = `import { panelLight } from "modules/hardware/panels/panel-light";
globalThis.change = (view, panel, shared) => shared.of(panelLight(panel));`;
  const { lines } = await play("st77916", {}, "{}", more);
  assert.match(lines.join("\n"), /this panel has no light of its own/);
});
