/** Two texts that belong together: a name and what it stands for. */
export interface Pair {
  readonly left: string;
  readonly right: string;
}

/** A setting that people see as pairs, as it is kept: `{"Kitchen": "02:00:…"}`, or `["GPU|显卡"]`. */
export type Pairs = "record" | "lines";

/** Between the two in a line. */
const BETWEEN = "|";

export function pairsOf(value: unknown): Pair[] {
  if (Array.isArray(value)) return value.map(pairOf);
  return Object.entries(value ?? {}).map(([left, right]) => ({ left, right: String(right) }));
}

function pairOf(line: unknown): Pair {
  const [left = "", ...right] = String(line).split(BETWEEN);
  return { left, right: right.join(BETWEEN) };
}

/** The setting; null, which is none, where nothing is filled in. A pair without a name is still being written. */
export function settingOf(pairs: readonly Pair[], kept: Pairs): unknown {
  const complete = pairs.filter(({ left }) => left.trim() !== "");
  if (complete.length === 0) return null;
  if (kept === "lines") return complete.map(({ left, right }) => `${left}${BETWEEN}${right}`);
  return Object.fromEntries(complete.map(({ left, right }) => [left, right]));
}

/** Pairs of a text with one a line, as people have them in files and tables. */
export function pairsIn(text: string): Pair[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return lines
    .map((line) => pairOf(line.replace(/[\t，,|=]/, BETWEEN)))
    .map(({ left, right }) => ({
      left: left.trim(),
      right: right.trim(),
    }));
}
