import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ascii, FACES, lettersAndMarks, PICTURES, simplifiedChinese } from "./fonts/characters.ts";
import { encodeFont } from "./fonts/font-file.ts";
import { type CanvasLibrary, Rasterizer } from "./fonts/rasterizer.ts";
import { ROOT, runProgram } from "./process.ts";

const OUTPUT = join(ROOT, "modules/ui/fonts");
const TOOLS = join(ROOT, ".build/fonts");

/** Fetched when fonts are made, which is seldom: together they are larger than the project. */
const PACKAGES = [
  "@napi-rs/canvas@1.1.1",
  "@expo-google-fonts/noto-sans-sc@0.4.3",
  "@expo-google-fonts/noto-emoji@0.4.7",
];
const TEXT = "@expo-google-fonts/noto-sans-sc";
const EMOJI = "@expo-google-fonts/noto-emoji";

/** A font of the device: what is in it, and how it is drawn. */
interface FontPlan {
  readonly name: string;
  readonly face: "text" | "bold" | "emoji";
  readonly size: number;
  readonly lineHeight: number;
  readonly baseline: number;
  readonly threshold?: number;
  readonly characters: () => readonly string[];
}

const PLANS: readonly FontPlan[] = [
  { name: "text-26", face: "text", size: 26, lineHeight: 34, baseline: 26, characters: everyday },
  { name: "text-20", face: "text", size: 20, lineHeight: 26, baseline: 20, characters: everyday },
  { name: "text-16", face: "text", size: 16, lineHeight: 20, baseline: 15, characters: everyday },
  { name: "mono-16", face: "text", size: 16, lineHeight: 16, baseline: 14, threshold: 96, characters: everyday },
  { name: "code-48", face: "bold", size: 48, lineHeight: 56, baseline: 46, characters: ascii },
  { name: "face-96", face: "emoji", size: 96, lineHeight: 120, baseline: 96, characters: pictures },
  { name: "face-64", face: "emoji", size: 64, lineHeight: 80, baseline: 64, characters: pictures },
  { name: "face-32", face: "emoji", size: 32, lineHeight: 40, baseline: 32, threshold: 110, characters: pictures },
];

function everyday(): readonly string[] {
  return [...lettersAndMarks(), ...simplifiedChinese()];
}

function pictures(): readonly string[] {
  return [...Object.values(FACES), ...Object.values(PICTURES)];
}

const HELP = `Usage: xiaozhi make-fonts

Makes the fonts of the device's screen anew, from Noto Sans SC and Noto Emoji (SIL Open Font License 1.1). It fetches
both and a program to draw them, about 130 MB, and writes modules/ui/fonts.`;

/** `xiaozhi make-fonts`: the fonts of the firmware, from free ones. */
export async function run(args: string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(HELP);
    return 0;
  }
  mkdirSync(TOOLS, { recursive: true });
  writeFileSync(join(TOOLS, "package.json"), '{ "private": true }\n');
  const status = await runProgram("npm", ["install", "--prefix", TOOLS, "--ignore-scripts", "--no-fund", ...PACKAGES]);
  if (status !== 0) return status;
  const load = createRequire(join(TOOLS, "package.json"));
  const library = load("@napi-rs/canvas") as CanvasLibrary;
  const file = (name: string) => join(TOOLS, "node_modules", name);
  library.GlobalFonts.registerFromPath(file(`${TEXT}/400Regular/NotoSansSC_400Regular.ttf`), "text");
  library.GlobalFonts.registerFromPath(file(`${TEXT}/700Bold/NotoSansSC_700Bold.ttf`), "bold");
  library.GlobalFonts.registerFromPath(file(`${EMOJI}/700Bold/NotoEmoji_700Bold.ttf`), "emoji");
  mkdirSync(OUTPUT, { recursive: true });
  for (const plan of PLANS) make(library, plan);
  copyFileSync(file(`${TEXT}/LICENSE_FONT`), join(OUTPUT, "LICENSE-noto-sans-sc.txt"));
  copyFileSync(file(`${EMOJI}/LICENSE_FONT`), join(OUTPUT, "LICENSE-noto-emoji.txt"));
  return 0;
}

function make(
  library: CanvasLibrary,
  { name, face, size, lineHeight, baseline, threshold, characters }: FontPlan,
): void {
  const drawing = {
    font: `${size}px ${face}`,
    canvas: size * 4,
    baseline,
    ...(threshold !== undefined && { threshold }),
  };
  const rasterizer = new Rasterizer(library, drawing);
  const glyphs = [...new Set(characters())].map((character) => rasterizer.draw(character));
  const bytes = encodeFont({ lineHeight, baseline }, glyphs);
  writeFileSync(join(OUTPUT, `${name}.xzf`), bytes);
  console.log(`${name}: ${glyphs.length} glyphs, ${(bytes.length / 1024).toFixed(0)} KiB`);
}
