import { type Figure, median } from "../figures.ts";
import type { Verdict } from "./verdict.ts";

/** The figures of one condition; latencies in ms. */
export interface Row {
  readonly condition: string;
  readonly utterances: number;
  readonly complete_p50_ms: number;
  readonly complete_p95_ms: number;
  readonly others_p50_ms: number;
  readonly others_p95_ms: number;
  readonly endpoint_complete_p50_ms: number;
  readonly endpoint_others_p50_ms: number;
  readonly computing_p50_ms: number;
  readonly cut_short_percent: number;
  readonly right_percent: number;
  readonly false_starts: number;
  readonly out_of_grammar: number;
  readonly out_of_grammar_accepted: number;
  /** Percent right by voice. */
  readonly right_by_voice: { readonly [voice: string]: number };
  readonly right_by_kind: { readonly [kind: string]: number };
}

/** Puts verdicts into figures. */
export function rowOf(condition: string, verdicts: readonly Verdict[]): Row {
  const complete = verdicts.filter(({ isComplete }) => isComplete);
  const others = verdicts.filter(({ isComplete, played }) => !isComplete && played.clip.voice !== "");
  const spoken = [...complete, ...others];
  const meant = spoken.filter(({ played }) => played.clip.sentence.meant !== "");
  const outside = spoken.filter(({ played }) => played.clip.sentence.kind === "other");
  return {
    condition,
    utterances: verdicts.length,
    ...latencies("complete", complete),
    ...latencies("others", others),
    endpoint_complete_p50_ms: Math.round(percentile(values(complete, "endpointMs"), 50)),
    endpoint_others_p50_ms: Math.round(percentile(values(others, "endpointMs"), 50)),
    computing_p50_ms: Math.round(median(spoken.map(({ played }) => played.computedMs))),
    cut_short_percent: percent(spoken, ({ isCutShort }) => isCutShort),
    right_percent: percent(meant, ({ isRight }) => isRight),
    false_starts: verdicts.filter(({ isFalseStart }) => isFalseStart).length,
    out_of_grammar: outside.length,
    out_of_grammar_accepted: outside.filter(({ isAccepted }) => isAccepted).length,
    right_by_voice: shares(meant, ({ played }) => played.clip.voice),
    right_by_kind: shares(meant, ({ played }) => played.clip.sentence.kind),
  } as Row;
}

/** The lines to print of a row. */
export function figuresOf(row: Row): Figure[] {
  const pair = (p50: number, p95: number) => `${p50} / ${p95}`;
  const list = (by: { readonly [name: string]: number }) =>
    Object.entries(by)
      .map(([name, share]) => `${name} ${share}`)
      .join(", ");
  const isTarget = row.condition !== "10 dB";
  const target = (text: string) => (isTarget ? { target: text } : {});
  return [
    {
      name: "complete commands, answer after, p50 / p95 ms",
      value: pair(row.complete_p50_ms, row.complete_p95_ms),
      ...target("p50 <= 420"),
    },
    { name: "others, p50 / p95 ms", value: pair(row.others_p50_ms, row.others_p95_ms), ...target("p50 <= 750") },
    {
      name: "  of it until the end was sure, complete / others",
      value: pair(row.endpoint_complete_p50_ms, row.endpoint_others_p50_ms),
    },
    { name: "  of it computing, p50 ms", value: String(row.computing_p50_ms) },
    { name: "turns cut short, %", value: String(row.cut_short_percent), ...target("<= 5") },
    { name: "right command and value, %", value: String(row.right_percent) },
    { name: `  by kind: ${list(row.right_by_kind)}`, value: "" },
    { name: `  by voice: ${list(row.right_by_voice)}`, value: "" },
    { name: "false starts", value: String(row.false_starts) },
    {
      name: "out of grammar taken for a command",
      value: `${row.out_of_grammar_accepted} of ${row.out_of_grammar}`,
    },
  ];
}

/** The value that `p` percent of the values are below; NaN of none. */
export function percentile(list: readonly number[], p: number): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))] ?? Number.NaN;
}

function latencies(name: "complete" | "others", verdicts: readonly Verdict[]) {
  const list = values(verdicts, "latencyMs");
  return {
    [`${name}_p50_ms`]: Math.round(percentile(list, 50)),
    [`${name}_p95_ms`]: Math.round(percentile(list, 95)),
  };
}

function values(verdicts: readonly Verdict[], field: "latencyMs" | "endpointMs"): number[] {
  return verdicts.flatMap((verdict) => verdict[field] ?? []);
}

function percent<T>(list: readonly T[], is: (item: T) => boolean): number {
  return list.length === 0 ? 0 : Math.round((1_000 * list.filter(is).length) / list.length) / 10;
}

function shares(verdicts: readonly Verdict[], of: (verdict: Verdict) => string): Record<string, number> {
  const names = [...new Set(verdicts.map(of))];
  return Object.fromEntries(
    names.map((name) => [
      name,
      percent(
        verdicts.filter((verdict) => of(verdict) === name),
        ({ isRight }) => isRight,
      ),
    ]),
  );
}
