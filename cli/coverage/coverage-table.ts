import { dirname } from "node:path";
import type { Coverage } from "../../simulator/coverage.ts";

interface Row {
  ran: number;
  all: number;
}

function percent({ ran, all }: Row): number {
  return all === 0 ? 100 : (100 * ran) / all;
}

function line(name: string, row: Row, missing = ""): string {
  const counts = `${row.ran}/${row.all}`;
  return `  ${name.padEnd(34)} ${counts.padStart(11)} ${percent(row).toFixed(1).padStart(6)} %${missing && `   ${missing}`}`;
}

function rowOf(coverage: Coverage, path: string): Row & { missing: number[] } {
  const lines = coverage.linesOf(path) ?? new Map<number, number>();
  const missing = [...lines].flatMap(([at, count]) => (count === 0 ? [at] : [])).sort((a, b) => a - b);
  return { ran: lines.size - missing.length, all: lines.size, missing };
}

/** What a person reads: a line a folder, below it the files that lack something, and the total. */
export function coverageTable(coverage: Coverage): { text: string; percent: number } {
  const folders = new Map<string, string[]>();
  for (const path of coverage.paths) folders.set(dirname(path), [...(folders.get(dirname(path)) ?? []), path]);
  const total = { ran: 0, all: 0 };
  const text: string[] = [];
  for (const [folder, paths] of [...folders].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const rows = paths.map((path) => ({ path, ...rowOf(coverage, path) }));
    const sum = { ran: 0, all: 0 };
    for (const { ran, all } of rows) {
      sum.ran += ran;
      sum.all += all;
    }
    total.ran += sum.ran;
    total.all += sum.all;
    text.push(line(folder === "." ? "main.ts" : `${folder}/`, sum));
    for (const row of rows) {
      if (row.missing.length === 0) continue;
      const name = row.path.slice(row.path.lastIndexOf("/") + 1);
      text.push(line(`  ${name}`, row, `not run: ${row.missing.slice(0, 12).join(" ")}${row.missing[12] ? " …" : ""}`));
    }
  }
  text.push(line("total", total));
  return { text: text.join("\n"), percent: percent(total) };
}
