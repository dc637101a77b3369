import type { Profiler } from "node:inspector";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** Where time went. */
export interface Spent {
  /** Name of a function, and the file that it stands in: `encode audio/opus.ts`; of native code its caller's. */
  readonly where: string;
  /** Share of the time in which anything was done, 0 to 1: its own, without what it called. */
  readonly share: number;
}

/** Samples of a thread that had nothing to do, and of what takes them. */
const OUTSIDE = ["(idle)", "post node:inspector"];

/** The functions that took most of a profile's time. */
export function spentIn({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, count: number): readonly Spent[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  for (const { id, children = [] } of nodes) {
    for (const child of children) if (names.get(child) === "") names.set(child, `native code of ${names.get(id)}`);
  }
  const times = new Map<string, number>();
  for (const [at, id] of samples.entries()) {
    const name = names.get(id) ?? "(unknown)";
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[at] ?? 0));
  }
  for (const name of OUTSIDE) times.delete(name);
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  const byTime = [...times].sort(([, a], [, b]) => b - a).slice(0, count);
  return byTime.map(([where, time]) => ({ where, share: time / total }));
}

function nameOf({ functionName, url }: Profiler.Profile["nodes"][number]["callFrame"]): string {
  if (url === "") return functionName;
  const name = functionName === "" ? "(unnamed)" : functionName;
  if (!url.startsWith("file:")) return `${name} ${url}`;
  const path = fileURLToPath(url);
  return `${name} ${basename(dirname(path))}/${basename(path)}`;
}
