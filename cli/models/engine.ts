import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ModelError } from "./errors.ts";

/** The npm package that runs sherpa-onnx models. It brings a large library for this computer, so that it is not installed unasked. */
export const SHERPA = { name: "sherpa-onnx-node", version: "1.13.8" } as const;

/** Where engines are installed that only some need: `data/engines/node_modules`. */
export function enginesFolder(dataFolder: string): string {
  return join(dataFolder, "engines");
}

/** Whether an engine is there, in the project or in the folder for engines. */
export function hasSherpa(projectFolder: string, dataFolder: string): boolean {
  return [projectFolder, enginesFolder(dataFolder)].some((folder) =>
    existsSync(join(folder, "node_modules", SHERPA.name, "package.json")),
  );
}

/**
 * Installs the engine with npm, without running any script of it. npm checks what it fetches.
 *
 * @throws ModelError `engine-failed`, with the command to try by hand
 */
export async function installSherpa(dataFolder: string, run: typeof runNpm = runNpm): Promise<void> {
  const folder = enginesFolder(dataFolder);
  mkdirSync(folder, { recursive: true });
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) writeFileSync(manifest, `${JSON.stringify({ private: true }, null, 2)}\n`);
  const args = ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const status = await run([...args, `${SHERPA.name}@${SHERPA.version}`]);
  if (status === 0) return;
  const command = `npm install --prefix ${folder} ${SHERPA.name}@${SHERPA.version}`;
  throw new ModelError(
    "engine-failed",
    `engine-failed: npm ended with ${status}; the model is there, its engine comes by: ${command}`,
  );
}

function runNpm(args: readonly string[]): Promise<number> {
  const isWindows = process.platform === "win32";
  return new Promise((resolve, reject) => {
    const child = spawn(isWindows ? "npm.cmd" : "npm", args, { stdio: ["ignore", 2, 2], shell: isWindows });
    child.on("error", (error) => {
      reject(new ModelError("engine-failed", `engine-failed: npm: ${error.message}`, { cause: error }));
    });
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
