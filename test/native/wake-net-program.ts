import { join } from "node:path";
import { compileTargets } from "../../cli/native/compile.ts";
import { buildDirectory, engineHeaderFlags, root } from "../../cli/native/targets.ts";
import { HEADERS, OBJECTS, SANITIZER_FLAGS, STRICT, WAKE_NATIVE, writeHeaders } from "./engine-program.ts";

const FOLDER = join(root, "modules/hardware/esp-sr/esp32");
const FLAGS = [...STRICT, `-I${HEADERS}`, `-I${FOLDER}`, `-I${join(root, "modules/audio/engine")}`];

/** Builds the wake word detector with a fake model, watched for errors of memory; gives the program's path. */
export async function buildWakeProgram(): Promise<string> {
  writeHeaders();
  const watch = [...SANITIZER_FLAGS.address];
  const sources = [join(FOLDER, "wake-detector.c"), join(import.meta.dirname, "wake-net/main.c")];
  const units = sources.map((source) => ({ source, flags: ["-O1", ...FLAGS, ...watch] }));
  const output = join(buildDirectory, "wake-net-test");
  await compileTargets(OBJECTS, [{ output, isProgram: true, units, libraries: watch }]);
  return output;
}

/** Compiles the half that is for XS, against the headers of the simulator's XS. */
export async function compileWakeNative(): Promise<void> {
  writeHeaders();
  const units = [{ source: WAKE_NATIVE, flags: ["-fPIC", ...FLAGS, ...engineHeaderFlags] }];
  await compileTargets(OBJECTS, [{ output: join(buildDirectory, "wake-net-native.so"), units, libraries: [] }]);
}
