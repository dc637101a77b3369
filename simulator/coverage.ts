import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Path, line and count in turns, as the engine gives them. */
export type LineCounts = readonly (string | number)[];

/** How often each line of the firmware has run, over all machines that reported to it. */
export class Coverage {
  readonly #files = new Map<string, Map<number, number>>();
  readonly #running = new Set<() => void>();

  /** Reads the lines of a machine once: when the returned function is called, or in `collect` if it never is. */
  follow(read: () => LineCounts): () => void {
    const end = () => {
      if (this.#running.delete(end)) this.add(read());
    };
    this.#running.add(end);
    return end;
  }

  /** Takes what the machines that still run have counted; they count no further. */
  collect(): void {
    for (const end of [...this.#running]) end();
  }

  add(lines: LineCounts): void {
    for (let i = 0; i + 2 < lines.length; i += 3) {
      const path = String(lines[i]);
      const line = Number(lines[i + 1]);
      const file = this.#files.get(path) ?? new Map<number, number>();
      this.#files.set(path, file);
      file.set(line, (file.get(line) ?? 0) + Number(lines[i + 2]));
    }
  }

  /** Adds the lines of a report in lcov's format, as `lcov` writes it. */
  merge(lcov: string): void {
    let path = "";
    for (const record of lcov.split("\n")) {
      if (record.startsWith("SF:")) path = record.slice(3);
      const [, line, count] = /^DA:(\d+),(\d+)$/.exec(record) ?? [];
      if (line !== undefined && count !== undefined) this.add([path, Number(line), Number(count)]);
    }
  }

  /** The files that were loaded, in the order of their paths. */
  get paths(): string[] {
    return [...this.#files.keys()].sort();
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
      coverage.collect();
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `firmware-${process.pid}.lcov`), coverage.lcov());
    });
  }
  return shared;
}
