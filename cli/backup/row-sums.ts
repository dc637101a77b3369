import { createHash } from "node:crypto";
import type { DumpedPage } from "../../host-server/storage/dump/read.ts";
import type { DumpedRow } from "../../host-server/storage/dump/values.ts";

const SUM_BITS = 64;

/** Stands for the rows of tables, in whatever order they come. */
export class RowSums {
  readonly #tables = new Map<string, { count: number; sum: bigint }>();

  add({ table, rows }: DumpedPage): void {
    const known = this.#tables.get(table) ?? { count: 0, sum: 0n };
    for (const row of rows) {
      known.count++;
      known.sum = BigInt.asUintN(SUM_BITS, known.sum + hashOf(row));
    }
    this.#tables.set(table, known);
  }

  get rows(): number {
    return [...this.#tables.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** What differs from these, in words; nothing when all is the same. */
  differencesTo(others: RowSums): string[] {
    const names = new Set([...this.#tables.keys(), ...others.#tables.keys()]);
    return [...names].flatMap((table) => {
      const [ours, theirs] = [this.#tables.get(table), others.#tables.get(table)];
      const [count, found] = [ours?.count ?? 0, theirs?.count ?? 0];
      if (count !== found) return [`${table}: ${count} rows, and ${found} after it was restored`];
      return ours?.sum === theirs?.sum ? [] : [`${table}: rows that say something else after they were restored`];
    });
  }
}

function hashOf(row: DumpedRow): bigint {
  const columns = Object.entries(row).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(columns)).digest().readBigUInt64LE();
}
