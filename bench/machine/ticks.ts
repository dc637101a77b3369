import { readFileSync } from "node:fs";

/** Ticks of /proc in a second. */
export const TICKS = 100;
/** Fields of the first line of /proc/stat, `proc(5)`: user to steal. Guests are counted in user already. */
const FIELDS = 8;
const [IDLE, WAITING, STEAL] = [3, 4, 7] as const;

/** What all cores of this computer have done so far, in ticks. */
export interface Ticks {
  readonly all: number;
  /** Worked: everything but idle, waiting for disks, and what the host took. */
  readonly busy: number;
  /** A guest wanted to run, and its host gave the core to others. */
  readonly stolen: number;
}

/** Ticks of all cores so far. @throws Error where there is no /proc */
export function readTicks(): Ticks {
  return ticksIn(readFileSync("/proc/stat", "utf8"));
}

/** The same in the text of /proc/stat. */
export function ticksIn(stat: string): Ticks {
  const [line = ""] = stat.split("\n");
  const fields = line
    .split(/\s+/)
    .slice(1, 1 + FIELDS)
    .map(Number);
  const of = (field: number) => fields[field] ?? 0;
  const all = fields.reduce((sum, one) => sum + one, 0);
  return { all, busy: all - of(IDLE) - of(WAITING) - of(STEAL), stolen: of(STEAL) };
}
