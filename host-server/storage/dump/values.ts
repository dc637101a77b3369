/** A row as it stands in a backup: the same from both databases. */
export type DumpedRow = Record<string, unknown>;

/** Bytes, which JSON does not have. */
interface DumpedBytes {
  readonly $bytes: string;
}

/** A row as it is kept: flags as 0 and 1, moments as text, bytes in base 64. */
export function dumped(row: DumpedRow): DumpedRow {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, dumpedValue(value)]));
}

function dumpedValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") } satisfies DumpedBytes;
  if (value instanceof Date) return value.toISOString();
  return typeof value === "boolean" ? Number(value) : value;
}

/**
 * A row as a database takes it.
 *
 * @param flags columns that this database keeps as `boolean`
 */
export function undumped(row: DumpedRow, flags: ReadonlySet<string>): DumpedRow {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (isBytes(value)) return [column, Buffer.from(value.$bytes, "base64")];
      return [column, flags.has(column) && value !== null ? value === 1 : value];
    }),
  );
}

function isBytes(value: unknown): value is DumpedBytes {
  return typeof value === "object" && value !== null && typeof (value as Partial<DumpedBytes>).$bytes === "string";
}
