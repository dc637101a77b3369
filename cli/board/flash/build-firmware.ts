import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../../process.ts";
import { reportBoard } from "../check-board.ts";
import { type BoardFolder, boardFolder } from "../folder.ts";
import { platformOf, runMcconfig } from "./sdk-build.ts";
import { checkToolchain, describeMissing } from "./toolchain.ts";
import { type ImagePart, imageParts, webManifest } from "./web-manifest.ts";

const HELP = `Usage: xiaozhi build-firmware BOARD [options] [key=value …]

Checks a board and builds its firmware as files: the parts of an image, and manifest.json, by which a browser flashes
them with ESP Web Tools. Needs the Moddable SDK and ESP-IDF; says how to get what is missing.

  BOARD           the name of a board or its folder
  --out FOLDER    where to put the files  [.build/firmware/BOARD]
  key=value       configuration that is built in: otaUrl=http://192.168.1.20:8002/xiaozhi/ota/
  --help          show this

Example
  xiaozhi build-firmware esp32-s3-devkit --out www/firmware
`;

function parse(args: string[]) {
  const options = { out: { type: "string" }, help: { type: "boolean" } } as const;
  return parseArgs({ args, allowPositionals: true, options });
}

/** ESP-IDF's own list of what it built, wherever below `out` mcconfig had it built. */
function findFlasherArgs(out: string): string | undefined {
  const found = globSync("**/flasher_args.json", { cwd: out }).map((path) => join(out, path));
  return found.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

/** Copies the parts beside each other and writes the manifest; gives what it wrote. */
function collect({ name }: BoardFolder, flasherArgs: string, out: string): string[] {
  const parts = imageParts(JSON.parse(readFileSync(flasherArgs, "utf8")));
  const folder = resolve(flasherArgs, "..");
  mkdirSync(out, { recursive: true });
  const flat: ImagePart[] = parts.map(({ path, offset }) => {
    copyFileSync(join(folder, path), join(out, basename(path)));
    return { path: basename(path), offset };
  });
  const { config } = JSON.parse(readFileSync(join(ROOT, "manifest.json"), "utf8"));
  const manifest = webManifest(`XiaoZhi XS, ${name}`, config.version, flat);
  writeFileSync(join(out, "manifest.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return [...flat.map(({ path }) => path), "manifest.json"];
}

async function build(board: string, config: readonly string[], asked: string | undefined): Promise<number> {
  if (!(await reportBoard(board))) return 1;
  const missing = checkToolchain(process.env);
  if (missing.length > 0) {
    console.error(describeMissing(missing));
    return 1;
  }
  const folder = boardFolder(board);
  const work = join(ROOT, ".build", "sdk", folder.name);
  const out = asked === undefined ? join(ROOT, ".build", "firmware", folder.name) : resolve(asked);
  // What an earlier build left must not pass for this one's.
  const former = existsSync(work) ? findFlasherArgs(work) : undefined;
  if (former !== undefined) rmSync(former);
  mkdirSync(work, { recursive: true });
  const status = await runMcconfig(["-m", "-p", platformOf(folder), "-t", "build", "-o", work, ...config], process.env);
  if (status !== 0) return status;
  const flasherArgs = findFlasherArgs(work);
  if (flasherArgs === undefined) {
    console.error(`${board}: the build gave no flasher_args.json below ${relative(process.cwd(), work)}`);
    return 1;
  }
  const files = collect(folder, flasherArgs, out);
  console.log(`Wrote to ${relative(process.cwd(), out)}: ${files.join(", ")}`);
  return 0;
}

/** `xiaozhi build-firmware`: see its `--help`. Gives the exit status. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const [board, ...config] = positionals;
  if (values.help || board === undefined) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  return build(board, config, values.out);
}
