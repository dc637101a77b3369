import { join } from "node:path";
import { compileTargets } from "../../cli/native/compile.ts";
import { buildDirectory, engineHeaderFlags, root } from "../../cli/native/targets.ts";
import { HEADERS, OBJECTS, SANITIZER_FLAGS, STRICT, writeHeaders } from "./engine-program.ts";

const FOLDER = join(root, "modules/parts/infrared/esp32");
const FLAGS = [...STRICT, `-I${HEADERS}`, `-I${FOLDER}`];

export const INFRARED_NATIVE = join(FOLDER, "infrared-native.c");

/** Builds the infrared LED with a fake transmitter, watched for errors of memory; gives the program's path. */
export async function buildInfraredProgram(): Promise<string> {
  writeHeaders();
  const watch = SANITIZER_FLAGS.address;
  const sources = [join(FOLDER, "infrared.c"), join(import.meta.dirname, "infrared/main.c")];
  const units = sources.map((source) => ({ source, flags: ["-O1", ...FLAGS, ...watch] }));
  const output = join(buildDirectory, "infrared-test");
  await compileTargets(OBJECTS, [{ output, isProgram: true, units, libraries: [...watch] }]);
  return output;
}

/** Compiles the half that is for XS, against the headers of the simulator's XS. */
export async function compileInfraredNative(): Promise<void> {
  writeHeaders();
  const units = [{ source: INFRARED_NATIVE, flags: ["-fPIC", ...FLAGS, ...engineHeaderFlags] }];
  await compileTargets(OBJECTS, [{ output: join(buildDirectory, "infrared-native.so"), units, libraries: [] }]);
}
