import type { Figure } from "../figures.ts";
import { readTicks, type Ticks } from "./ticks.ts";

/** Ticks so far; undefined where no /proc tells. */
function ticks(): Ticks | undefined {
  try {
    return readTicks();
  } catch {
    return undefined;
  }
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
