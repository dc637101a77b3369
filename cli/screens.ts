import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePng } from "../simulator/device/png.ts";
import { PIXEL_FORMATS } from "../simulator/device/raster.ts";
import type { ScreenShape } from "../simulator/device/screen-image.ts";
import { film, type Theme } from "./screens/film.ts";
import { type Language, pictureScenes, scenes } from "./screens/scenes.ts";
import { difference, readSheet, type Sheet, sheetOf } from "./screens/sheet.ts";

const FOLDER = join(import.meta.dirname, "../docs/screens");

const HELP = `Usage: xiaozhi screens [--check]

Draws everything that a device's screen can look like, in every size, language and theme: one sheet of pictures a size,
in docs/screens. With --check it writes nothing, and says which sheets differ from those that are there.

Exit status of --check: 0 when no sheet differs, otherwise 1.
`;

/** The screens that are looked at, by the names of their sheets. */
export const SHAPES: { readonly [name: string]: ScreenShape } = {
  "240x240": { width: 240, height: 240 },
  "240x320": { width: 240, height: 320 },
  "320x240": { width: 320, height: 240 },
  "128x128": { width: 128, height: 128 },
  "368x448": { width: 368, height: 448 },
  "360x360-round": { width: 360, height: 360, isRound: true },
  "128x64-monochrome": { width: 128, height: 64, pixelFormat: PIXEL_FORMATS.Gray256 },
  "128x32-monochrome": { width: 128, height: 32, pixelFormat: PIXEL_FORMATS.Gray256 },
};

const LANGUAGES: readonly Language[] = ["en-US", "zh-CN"];
const PICTURES_IN_ROW = 10;

/** Everything on one size: a row for each language and theme. A monochrome screen has one theme. */
export async function drawSheet(name: string): Promise<Sheet> {
  const shape = SHAPES[name];
  if (!shape) throw new Error(`no screen "${name}", only ${Object.keys(SHAPES).join(", ")}`);
  const themes: Theme[] = shape.pixelFormat === undefined ? ["light", "dark"] : ["dark"];
  const rows = [];
  for (const theme of themes) {
    for (const language of LANGUAGES) rows.push(await film(shape, scenes(language), { language, theme }));
  }
  const pictures = await film(shape, pictureScenes(), { language: "en-US", theme: themes[0] as Theme });
  while (pictures.length > 0) rows.push(pictures.splice(0, PICTURES_IN_ROW));
  return sheetOf(shape, rows);
}

/** The sheet that the repository keeps; undefined when there is none. */
export function keptSheet(name: string): Sheet | undefined {
  const file = join(FOLDER, `${name}.png`);
  return existsSync(file) ? readSheet(readFileSync(file)) : undefined;
}

/** `xiaozhi screens`: see its `--help`. Gives the exit status. */
export async function run(args: string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(HELP);
    return 0;
  }
  let status = 0;
  for (const name of Object.keys(SHAPES)) {
    const sheet = await drawSheet(name);
    if (!args.includes("--check")) {
      mkdirSync(FOLDER, { recursive: true });
      writeFileSync(join(FOLDER, `${name}.png`), encodePng(sheet.rgb, sheet));
      console.log(`wrote docs/screens/${name}.png`);
      continue;
    }
    const kept = keptSheet(name);
    const pixels = kept && difference(sheet, kept);
    console.log(`${name}: ${pixels === 0 ? "the same" : `differs${pixels ? ` in ${pixels} pixels` : ""}`}`);
    if (pixels !== 0) status = 1;
  }
  return status;
}
