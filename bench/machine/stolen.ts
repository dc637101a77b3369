import { readFileSync } from "node:fs";
import type { Figure } from "../figures.ts";

/** Fields of the first line of /proc/stat, `proc(5)`: user to steal. Guests are counted in user already. */
const FIELDS = 8;
const STEAL = 7;

/** Ticks of all cores so far; undefined where no /proc tells. */
function ticks(): { readonly all: number; readonly stolen: number } | undefined {
  try {
    return ticksIn(readFileSync("/proc/stat", "utf8"));
  } catch {
    return undefined;
  }
}

/** Ticks of all cores in the text of /proc/stat: all, and those in which a guest wanted to run and its host gave the core to others. */
export function ticksIn(stat: string): { readonly all: number; readonly stolen: number } {
  const [line = ""] = stat.split("\n");
  const fields = line
    .split(/\s+/)
    .slice(1, 1 + FIELDS)
    .map(Number);
  return { all: fields.reduce((sum, one) => sum + one, 0), stolen: fields[STEAL] ?? 0 };
}

/**
 * Begins to look at what the host of a virtual machine takes: a program stands still meanwhile, and no program can help it.
 *
 * @returns gives the percent of all cores taken since; NaN where nothing tells
 */
export function watchStolen(): () => number {
  const before = ticks();
  return () => {
    const after = ticks();
    if (!before || !after) return Number.NaN;
    return after.all === before.all ? 0 : (100 * (after.stolen - before.stolen)) / (after.all - before.all);
  };
}

/** What a bench says of it: beside a share of more than a few tenths, no time that it measured tells of the server alone. */
export function stolenFigures(percent: number): Figure[] {
  if (Number.isNaN(percent)) return [];
  return [{ name: "taken by the host, % of all cores", value: percent.toFixed(1) }];
}
