import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { compileTargets } from "../../cli/native/compile.ts";
import { buildDirectory, definesHeader, engineHeaderFlags, root } from "../../cli/native/targets.ts";
import { readManifest } from "../../simulator/manifest.ts";
import { HEADERS, OBJECTS, STRICT, writeHeaders } from "./engine-program.ts";

export const PLATFORM = join(root, "modules/io/esp32/device-platform.c");

/** Predefined by this computer's compiler, and by none for a device. */
const OTHERS_MACROS = ["-Ulinux", "-Uunix", "-Ui386"];

/** Compiles what the firmware asks of ESP-IDF for a board, against its declarations; gives the bytes of the library. */
export async function compilePlatform(board: string): Promise<Buffer> {
  writeHeaders();
  const folder = join(buildDirectory, "platform", basename(board));
  mkdirSync(folder, { recursive: true });
  const { defines } = readManifest(join(root, "manifest.json"), { board: join(root, board) });
  writeFileSync(join(folder, "mc.defines.h"), definesHeader(defines));
  const flags = ["-fPIC", ...STRICT, ...OTHERS_MACROS, `-I${folder}`, `-I${HEADERS}`, ...engineHeaderFlags];
  const output = join(folder, "platform.so");
  await compileTargets(join(OBJECTS, basename(board)), [
    { output, units: [{ source: PLATFORM, flags }], libraries: [] },
  ]);
  return readFileSync(output);
}
