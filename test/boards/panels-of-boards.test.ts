import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { type JsonObject, readManifest } from "../../simulator/manifest.ts";
import { boardFolders } from "./board-folders.ts";

const ROOT = join(import.meta.dirname, "../..");

const MIRROR_X = 0x40;
const MIRROR_Y = 0x80;
const SWAP_XY = 0x20;
const BGR = 0x08;

interface Glass {
  readonly size: readonly [width: number, height: number];
  /** How the panel writes its memory: register 36. */
  readonly order: number;
  readonly isInverted: boolean;
  /** Of the glass in the panel's memory. */
  readonly offset?: readonly [x: number, y: number];
  readonly spiMode?: number;
}

/** The device description's table of panels (9.2). */
const GLASSES: { readonly [folder: string]: Glass } = {
  "bread-compact-wifi-lcd": { size: [240, 320], order: 0, isInverted: true },
  "bread-compact-wifi-lcd/st7789-240x320-no-ips": { size: [240, 320], order: 0, isInverted: false },
  "bread-compact-wifi-lcd/st7789-170x320": { size: [170, 320], order: 0, isInverted: true, offset: [35, 0] },
  "bread-compact-wifi-lcd/st7789-172x320": { size: [172, 320], order: 0, isInverted: true, offset: [34, 0] },
  "bread-compact-wifi-lcd/st7789-240x280": { size: [240, 280], order: 0, isInverted: true, offset: [0, 20] },
  "bread-compact-wifi-lcd/st7789-240x240": { size: [240, 240], order: 0, isInverted: true },
  "bread-compact-wifi-lcd/st7789-240x240-7-pins": { size: [240, 240], order: 0, isInverted: true, spiMode: 3 },
  "bread-compact-wifi-lcd/st7789-240x135": {
    size: [240, 135],
    order: MIRROR_X | SWAP_XY,
    isInverted: true,
    offset: [40, 53],
  },
  "bread-compact-wifi-lcd/st7735-128x160": { size: [128, 160], order: MIRROR_X | MIRROR_Y, isInverted: false },
  "bread-compact-wifi-lcd/st7735-128x128": {
    size: [128, 128],
    order: MIRROR_X | MIRROR_Y | BGR,
    isInverted: false,
    offset: [0, 32],
  },
  "bread-compact-wifi-lcd/st7796-320x480": { size: [320, 480], order: MIRROR_X | BGR, isInverted: true },
  "bread-compact-wifi-lcd/st7796-320x480-no-ips": { size: [320, 480], order: MIRROR_X | BGR, isInverted: false },
  "bread-compact-wifi-lcd/ili9341-240x320": { size: [240, 320], order: MIRROR_X | BGR, isInverted: true },
  "bread-compact-wifi-lcd/ili9341-240x320-no-ips": { size: [240, 320], order: MIRROR_X | BGR, isInverted: false },
  "lichuang-dev": { size: [320, 240], order: MIRROR_X | SWAP_XY, isInverted: true, spiMode: 2 },
  "m5stack-core-s3": { size: [320, 240], order: BGR, isInverted: true, spiMode: 2 },
};

const PREFIX = "MODDEF_ILI9341_";
/** Stands for a pause in the driver's list of registers; one of 0 ms ends the list. */
const DELAY = 255;

/** What the compiler makes of the list: register, count, values. Expressions of C, as these are, are such of JavaScript. */
function registersOf(defines: JsonObject): Map<number, readonly number[]> {
  const text = ["registers", "registers_append"]
    .flatMap((name) => (defines[name] as string[] | undefined) ?? [])
    .join(" ");
  const plain = text.replaceAll(new RegExp(`${PREFIX}(\\w+)`, "g"), (_, name: string) => {
    const value = defines[name.toLowerCase()];
    assert.notEqual(value, undefined, `${PREFIX}${name}`);
    return String(value);
  });
  assert.match(plain, /^[\w\s,()?:|]+$/);
  const bytes: number[] = new Function("kDelayMS", `return [${plain}];`)(DELAY);
  const registers = new Map<number, readonly number[]>();
  for (let at = 0; at < bytes.length; ) {
    const [register, count] = bytes.slice(at, at + 2) as [number, number];
    at += 2;
    if (register === DELAY) continue;
    registers.set(register, bytes.slice(at, at + count));
    at += count;
    assert.ok(at <= bytes.length, `register ${register} wants ${count} values`);
  }
  return registers;
}

test("each panel of bread-compact-wifi-lcd has a line in the table", () => {
  const panels = boardFolders().filter((folder) => folder.startsWith("bread-compact-wifi-lcd"));
  const others = panels.filter((folder) => !Object.hasOwn(GLASSES, folder));
  assert.deepEqual(others, ["bread-compact-wifi-lcd/gc9a01-240x240"]);
});

for (const [folder, glass] of Object.entries(GLASSES)) {
  test(`${folder}: its panel is set up as its glass is built in`, () => {
    const { defines } = readManifest(join(ROOT, "manifest.json"), { board: join(ROOT, "boards", folder) });
    const panel = defines["ili9341"] as JsonObject;
    const registers = registersOf(panel);
    const seen: Glass = {
      size: [Number(panel["width"]), Number(panel["height"])],
      order: registers.get(0x36)?.[0] ?? -1,
      isInverted: registers.has(0x21),
      offset: [Number(panel["column_offset"] ?? 0), Number(panel["row_offset"] ?? 0)],
      spiMode: Number(panel["spi_mode"] ?? 0),
    };
    assert.deepEqual(seen, { offset: [0, 0], spiMode: 0, ...glass });
    assert.notEqual(registers.has(0x20), registers.has(0x21));
  });
}
