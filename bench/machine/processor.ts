import { readdirSync, readFileSync } from "node:fs";
import { readTicks, TICKS } from "./ticks.ts";

const MS = 1000 / TICKS;
/** Fields of `proc(5)`, counted behind the name in brackets. */
const PARENT = 1;
const OWN_TIME = [11, 12];
const ENDED_CHILDREN_TIME = [13, 14];

/** A program whose processor time is looked at. */
export interface Program {
  readonly name: string;
  /** Its first process; those that it has started count, too. */
  readonly pid: number;
}

/** User and system time of a process, ms; 0 of one that is gone. */
export function cpuMs(pid: number): number {
  return timeIn(statOf(pid), OWN_TIME);
}

/** What programs take of the processor. */
export class Processor {
  readonly #programs: readonly Program[];
  #last: ReadonlyMap<string, number> = new Map();
  #lastAt = 0;
  #lastBusy = 0;

  constructor(programs: readonly Program[]) {
    this.#programs = programs;
    this.lap();
  }

  /** What each took since the last look, in percent of a core; `others` is everything else on this computer. */
  lap(): { readonly name: string; readonly percent: number }[] {
    const now = performance.now();
    const used = this.#used();
    const busy = readTicks().busy * MS;
    const passedMs = now - this.#lastAt;
    const taken = [...used].map(([name, ms]) => ({ name, ms: Math.max(0, ms - (this.#last.get(name) ?? 0)) }));
    const rest = busy - this.#lastBusy - taken.reduce((sum, { ms }) => sum + ms, 0);
    this.#last = used;
    this.#lastAt = now;
    this.#lastBusy = busy;
    return [...taken, { name: "others", ms: Math.max(0, rest) }].map(({ name, ms }) => ({
      name,
      percent: Math.round((100 * ms) / passedMs),
    }));
  }

  #used(): Map<string, number> {
    const processes = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => statOf(Number(name)));
    const ofChildren = (pid: number) =>
      processes
        .filter((fields) => Number(fields?.[PARENT]) === pid)
        .reduce((sum, one) => sum + timeIn(one, OWN_TIME), 0);
    const ownOf = (pid: number) => {
      // What this process has started are the others in the list.
      if (pid === process.pid) return cpuMs(pid);
      return timeIn(statOf(pid), [...OWN_TIME, ...ENDED_CHILDREN_TIME]) + ofChildren(pid);
    };
    return new Map(this.#programs.map(({ name, pid }) => [name, ownOf(pid)]));
  }
}

function statOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
  } catch {
    // It has ended.
    return undefined;
  }
}

function timeIn(fields: readonly string[] | undefined, which: readonly number[]): number {
  return which.reduce((sum, field) => sum + Number(fields?.[field] ?? 0), 0) * MS;
}
