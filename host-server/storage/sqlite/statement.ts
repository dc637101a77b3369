/** A value as node:sqlite takes it. */
export type SqliteValue = string | number | bigint | Uint8Array | null;

/** One statement for the worker that holds a database. */
export interface SqliteStatement {
  /** Path of the database; `:memory:` for one that ends with the worker. */
  readonly file: string;
  /** Undefined closes the database. */
  readonly sql: string | undefined;
  readonly parameters: readonly SqliteValue[];
}

/** What a statement gave. */
export interface SqliteRows {
  readonly rows: readonly { readonly [column: string]: SqliteValue }[];
  readonly changes: number;
  readonly lastId: number | bigint;
}

/** What it failed with; `code` is SQLite's extended result code, 0 for an error of another kind. */
export interface SqliteFailure {
  readonly failure: { readonly code: number; readonly message: string };
}
