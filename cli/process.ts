import { spawn } from "node:child_process";
import { dirname, join } from "node:path";

/** The project's folder. */
export const ROOT: string = join(dirname(import.meta.dirname), ".");

/** Runs a program in the project's folder with this terminal, and gives its exit status. */
export function runProgram(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: "inherit" });
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}
