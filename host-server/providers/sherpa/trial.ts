import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Clock } from "../../../protocol/clock.ts";
import { StageError } from "../../errors.ts";
import { programEnvironment } from "../../programs/environment.ts";
import type { LoadJob } from "./engine.ts";

/** ms that a model may take to load. */
const LOAD_MS = 180_000;
/** Longest part of the engine's own words in an error. */
const MAX_REASON_CHARACTERS = 300;
const PROGRAM = fileURLToPath(new URL("./trial-program.ts", import.meta.url));

/**
 * Loads a model in a process of its own: the engine ends the process that gives it a broken file, and that must not be the
 * server's.
 *
 * @throws StageError `model-broken`, with the engine's words
 */
export async function tryLoading(job: LoadJob, clock: Clock): Promise<void> {
  const release = clock.hold();
  try {
    const options = { timeout: LOAD_MS, env: programEnvironment() };
    const child = spawn(process.execPath, [PROGRAM, JSON.stringify(job)], {
      stdio: ["ignore", "ignore", "pipe"],
      ...options,
    });
    let words = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      words = (words + text).slice(-MAX_REASON_CHARACTERS);
    });
    const end = await new Promise<number | string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("close", (code, signal) => resolve(code ?? String(signal)));
    });
    if (end !== 0) throw new StageError("model-broken", `model-broken: it cannot be loaded (${end}): ${words.trim()}`);
  } finally {
    release();
  }
}
