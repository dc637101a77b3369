import { join } from "node:path";
import { ROOT, runProgram } from "./process.ts";

const BIN = join(ROOT, "node_modules", ".bin");

/** The whole program's gate: a device build forgets type errors, so nothing else may be trusted with them. */
const STEPS: readonly (readonly [what: string, program: string, ...args: string[]])[] = [
  ["Format and lint", "biome", "check", "--error-on-warnings", "."],
  ["Types, host", "tsc", "-p", "tsconfig.json"],
  ["Types, firmware", "tsc", "-p", "tsconfig.firmware.json"],
  ["Types, console", "tsc", "-p", "console/tsconfig.json"],
  ["Types, pages", "tsc", "-p", "host-server/browser-device/page"],
];

/** `xiaozhi check` */
export async function run(): Promise<number> {
  for (const [what, program, ...args] of STEPS) {
    console.log(`${what} …`);
    const status = await runProgram(join(BIN, program), args);
    if (status !== 0) return status;
  }
  return 0;
}
