import { join } from "node:path";
import { compileTargets } from "../../cli/native/compile.ts";
import { buildDirectory, engineHeaderFlags, root } from "../../cli/native/targets.ts";
import { HEADERS, OBJECTS, SANITIZER_FLAGS, STRICT, writeHeaders } from "./engine-program.ts";

const FOLDER = join(root, "modules/parts/camera/esp32");
const FLAGS = [...STRICT, `-I${HEADERS}`, `-I${FOLDER}`];

export const CAMERA_NATIVE = join(FOLDER, "camera-native.c");

/** Builds the camera with a fake driver, watched for errors of memory; gives the program's path. */
export async function buildCameraProgram(): Promise<string> {
  writeHeaders();
  const watch = SANITIZER_FLAGS.address;
  const sources = [join(FOLDER, "camera.c"), join(import.meta.dirname, "camera/main.c")];
  const units = sources.map((source) => ({ source, flags: ["-O1", ...FLAGS, ...watch] }));
  const output = join(buildDirectory, "camera-test");
  await compileTargets(OBJECTS, [{ output, isProgram: true, units, libraries: [...watch] }]);
  return output;
}

/** Compiles the half that is for XS, against the headers of the simulator's XS. */
export async function compileCameraNative(): Promise<void> {
  writeHeaders();
  const units = [{ source: CAMERA_NATIVE, flags: ["-fPIC", ...FLAGS, ...engineHeaderFlags] }];
  await compileTargets(OBJECTS, [{ output: join(buildDirectory, "camera-native.so"), units, libraries: [] }]);
}
