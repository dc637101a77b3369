import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { LinuxBuildError } from "./errors.ts";

/** The most that a program used at any of its samples, one each second. */
export interface MemoryPeaks {
  chunkBytes: number;
  /** Of 16 bytes, as on ESP32. */
  slots: number;
  stackSlots: number;
}

/** A slot of XS on a 64-bit machine. */
const SLOT_BYTES = 32;

/** A program that computes without end hears no request. */
const GRACE_MS = 3_000;

interface Waiting {
  readonly pattern: RegExp;
  readonly found: (match: RegExpExecArray) => void;
}

export interface LinuxProgramOptions {
  readonly runner: string;
  /** Path of an mc.so. */
  readonly program: string;
  /** Where it keeps its settings and writes its sound. */
  readonly folder: string;
  /** After which it is ended. */
  readonly seconds: number;
  /** Variables of its environment beside this process's own. */
  readonly env?: { readonly [variable: string]: string };
  /** Told of every line of its log. */
  readonly onLine?: (line: string) => void;
}

/** A Linux build that runs: its log as lines, its inputs as lines. */
export class LinuxProgram {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: string[] = [];
  readonly #peaks: MemoryPeaks = { chunkBytes: 0, slots: 0, stackSlots: 0 };
  readonly #ended: Promise<number>;
  #columns: readonly string[] = [];
  #waiting: Waiting[] = [];

  constructor({ runner, program, folder, seconds, env: own, onLine }: LinuxProgramOptions) {
    // A dead port keeps a debug build from waiting for a debugger.
    const env = { ...process.env, XSBUG_PORT: "9", ...own };
    this.#child = spawn(runner, [program, String(seconds)], { cwd: folder, env });
    this.#ended = new Promise((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("close", (code) => resolve(code ?? 1));
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        if (this.#isSample(line)) return;
        onLine?.(line);
        this.#take(line);
      });
    }
    // It may end before it has read all that it was told.
    this.#child.stdin.on("error", () => {});
  }

  /** All lines so far, without those of instrumentation. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  get peaks(): Readonly<MemoryPeaks> {
    return this.#peaks;
  }

  /** Its exit status; see runner.c. */
  get ended(): Promise<number> {
    return this.#ended;
  }

  /** Gives it a line of standard input. */
  tell(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /**
   * The next line that fits, from now on.
   *
   * @throws LinuxBuildError `no-line` after `seconds`, `program-ended` when the program ends before
   */
  async line(pattern: RegExp, seconds: number): Promise<RegExpExecArray> {
    let timer: NodeJS.Timeout | undefined;
    const found = new Promise<RegExpExecArray>((resolve) => this.#waiting.push({ pattern, found: resolve }));
    const late = new Promise<never>((_, reject) => {
      const message = `no line ${pattern} in ${seconds} s; the last ones:\n`;
      timer = setTimeout(() => reject(new LinuxBuildError("no-line", message + this.#tail())), seconds * 1000);
    });
    const gone = this.#ended.then((status) => {
      throw new LinuxBuildError("program-ended", `ended with ${status} before ${pattern}:\n${this.#tail()}`);
    });
    try {
      return await Promise.race([found, late, gone]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends it, if need be by force; gives its exit status. */
  async stop(): Promise<number> {
    this.#child.kill("SIGTERM");
    const force = setTimeout(() => this.#child.kill("SIGKILL"), GRACE_MS);
    const status = await this.#ended;
    clearTimeout(force);
    return status;
  }

  #tail(): string {
    return this.#lines.slice(-20).join("\n");
  }

  #take(line: string): void {
    this.#lines.push(line);
    this.#waiting = this.#waiting.filter(({ pattern, found }) => {
      const match = pattern.exec(line);
      if (match) found(match);
      return !match;
    });
  }

  /** The SDK's sample of a second: a line of names at the start, then lines of values. */
  #isSample(line: string): boolean {
    const [, kind, values] = /^instruments( key)?: (.*)$/.exec(line) ?? [];
    if (values === undefined) return false;
    if (kind) this.#columns = values.split(",");
    else this.#sample(values.split(",").map(Number));
    return true;
  }

  #sample(values: readonly number[]): void {
    const at = (name: string) => values[this.#columns.indexOf(name)] ?? 0;
    const peaks = this.#peaks;
    peaks.chunkBytes = Math.max(peaks.chunkBytes, at("Chunk used"));
    peaks.slots = Math.max(peaks.slots, at("Slot used") / SLOT_BYTES);
    peaks.stackSlots = Math.max(peaks.stackSlots, at("Stack used") / SLOT_BYTES);
  }
}
