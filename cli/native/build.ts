import { existsSync } from "node:fs";
import { join } from "node:path";
import { type FirmwareManifest, readManifest } from "../../simulator/manifest.ts";
import { compileTargets, type Progress } from "./compile.ts";
import { buildDirectory, nativeTargets, root } from "./targets.ts";

/**
 * Builds the simulator's and the server's native libraries when their inputs changed; needs only a C compiler.
 *
 * @throws SimulatorError "compiler-missing", saying what to install, or "compile-failed" with the compiler's words.
 */
export async function buildNative(
  options: { onProgress?: Progress } = {},
): Promise<{ built: boolean; seconds: number }> {
  const start = performance.now();
  const targets = nativeTargets(firmwareManifest());
  const built = await compileTargets(join(buildDirectory, "objects"), targets, options);
  return { built, seconds: (performance.now() - start) / 1000 };
}

/** The codec alone is a build, too: the server needs it where there is no firmware. */
function firmwareManifest(): FirmwareManifest {
  const whole = join(root, "manifest.json");
  return readManifest(existsSync(whole) ? whole : join(root, "modules/audio/opus/manifest.json"));
}

if (import.meta.main) {
  const { built, seconds } = await buildNative({
    onProgress: (done, total, what) => process.stderr.write(`\r[${done}/${total}] ${what.padEnd(40)}`),
  });
  console.log(`${built ? "\nbuilt" : "up to date"}, ${seconds.toFixed(1)} s`);
}
