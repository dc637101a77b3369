import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How often each line of the firmware has run, over all machines that reported to it. */
export class Coverage {
  readonly #files = new Map<string, Map<number, number>>();

  /** @param lines path, line and count in turns, as the engine gives them. */
  add(lines: readonly (string | number)[]): void {
    for (let i = 0; i + 2 < lines.length; i += 3) {
      const path = String(lines[i]);
      const line = Number(lines[i + 1]);
      const file = this.#files.get(path) ?? new Map<number, number>();
      this.#files.set(path, file);
      file.set(line, (file.get(line) ?? 0) + Number(lines[i + 2]));
    }
  }

  /** Line → count of one file; undefined when it was never loaded. */
  linesOf(path: string): ReadonlyMap<number, number> | undefined {
    return this.#files.get(path);
  }

  /** The report in lcov's format, for the firmware's own files. */
  lcov(): string {
    const records: string[] = [];
    for (const [path, lines] of [...this.#files].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!path.endsWith(".ts")) continue;
      const sorted = [...lines].sort(([a], [b]) => a - b);
      const hit = sorted.filter(([, count]) => count > 0).length;
      const data = sorted.map(([line, count]) => `DA:${line},${count}`);
      records.push(`SF:${path}`, ...data, `LF:${sorted.length}`, `LH:${hit}`, "end_of_record");
    }
    return records.length === 0 ? "" : `${records.join("\n")}\n`;
  }
}

let shared: Coverage | undefined;

/**
 * The coverage of all machines of this process when XIAOZHI_COVERAGE names a folder: at the end the process writes its
 * report there, one file a process, since tests run in several.
 */
export function processCoverage(): Coverage | undefined {
  const folder = process.env["XIAOZHI_COVERAGE"];
  if (folder === undefined || folder === "") return undefined;
  if (shared === undefined) {
    const coverage = new Coverage();
    shared = coverage;
    process.once("exit", () => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `firmware-${process.pid}.lcov`), coverage.lcov());
    });
  }
  return shared;
}
