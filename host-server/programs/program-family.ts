import { readdirSync, readFileSync } from "node:fs";

/** The variable by which a program and all that it starts are known. */
const MARK = "XIAOZHI_PROGRAM";

/**
 * A program and those that it starts, which may outlive it: `npx` and `uvx` start what they fetched, and do not pass on
 * that they are ended. They are found by a variable that they inherit, on systems with `/proc`.
 */
export class ProgramFamily {
  readonly #mark = crypto.randomUUID();

  /** What the program must be started with. */
  get environment(): Readonly<Record<string, string>> {
    return { [MARK]: this.#mark };
  }

  /** Ends at once whoever is left. */
  end(): void {
    for (const pid of this.members()) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // it has ended just now
      }
    }
  }

  /** Ids of those that run. */
  members(): number[] {
    return processes().filter((pid) => pid !== process.pid && this.#isMember(pid));
  }

  #isMember(pid: number): boolean {
    try {
      return readFileSync(`/proc/${pid}/environ`, "latin1").includes(`${MARK}=${this.#mark}`);
    } catch {
      // it has ended, or is somebody else's
      return false;
    }
  }
}

function processes(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    // no such system
    return [];
  }
}
