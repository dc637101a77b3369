import { describeBytes } from "./bytes.ts";

/** Told as a file comes in. */
export interface Progress {
  /** @param total bytes of the file; undefined when nobody knows */
  advance(done: number, total: number | undefined): void;
  /** The file is there, or is given up. */
  end(): void;
}

/** Where lines are written: a terminal, where the last line can be written anew, or a file. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const WIDTH = 24;
/** ms between two drawings of the bar. */
const EVERY_MS = 200;
/** ms over which the speed is measured. */
const SPEED_MS = 5_000;
/** Percent between two lines where there is no terminal. */
const STEP_PERCENT = 10;

/** A bar with bytes and time left on a terminal; a line for each tenth elsewhere. */
export class ProgressBar implements Progress {
  readonly #screen: Screen;
  readonly #label: string;
  readonly #now: () => number;
  /** Time and bytes of the last seconds. */
  #marks: { readonly at: number; readonly done: number }[] = [];
  #drawnAt = Number.NEGATIVE_INFINITY;
  #lastStep = 0;

  /** @param now ms of any clock */
  constructor(screen: Screen, label: string, now: () => number) {
    this.#screen = screen;
    this.#label = label;
    this.#now = now;
  }

  advance(done: number, total: number | undefined): void {
    const at = this.#now();
    this.#marks.push({ at, done });
    while (this.#marks.length > 2 && at - (this.#marks[0]?.at ?? at) > SPEED_MS) this.#marks.shift();
    if (!this.#screen.isTTY) return this.#step(done, total);
    if (at - this.#drawnAt < EVERY_MS && done !== total) return;
    this.#drawnAt = at;
    this.#screen.write(`\r\x1b[2K${this.#line(done, total)}`);
  }

  end(): void {
    if (this.#screen.isTTY && this.#drawnAt > Number.NEGATIVE_INFINITY) this.#screen.write("\n");
  }

  #step(done: number, total: number | undefined): void {
    if (total === undefined) return;
    const step = Math.floor((done * 100) / total / STEP_PERCENT);
    if (step <= this.#lastStep) return;
    this.#lastStep = step;
    this.#screen.write(`  ${this.#label}  ${step * STEP_PERCENT} % of ${describeBytes(total)}\n`);
  }

  #line(done: number, total: number | undefined): string {
    const speed = this.#bytesPerSecond();
    const rate = speed > 0 ? `  ${describeBytes(speed)}/s` : "";
    if (total === undefined) return `  ${this.#label}  ${describeBytes(done)}${rate}`;
    const filled = Math.round((WIDTH * done) / Math.max(total, 1));
    const bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
    const left = speed > 0 && done < total ? `  ${describeSeconds((total - done) / speed)} left` : "";
    return `  ${this.#label}  ${bar}  ${describeBytes(done)} of ${describeBytes(total)}${rate}${left}`;
  }

  #bytesPerSecond(): number {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (!first || !last || last.at <= first.at) return 0;
    return ((last.done - first.done) * 1000) / (last.at - first.at);
  }
}

function describeSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
