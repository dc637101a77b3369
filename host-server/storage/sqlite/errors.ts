import { StorageError } from "../errors.ts";
import type { SqliteFailure } from "./statement.ts";

/** By extended result code, and for codes that are not here by the primary one, which is their low byte. */
const CODES: { readonly [code: number]: string } = {
  2067: "storage-conflict", // SQLITE_CONSTRAINT_UNIQUE
  1555: "storage-conflict", // SQLITE_CONSTRAINT_PRIMARYKEY
  2579: "storage-conflict", // SQLITE_CONSTRAINT_ROWID
  787: "storage-reference", // SQLITE_CONSTRAINT_FOREIGNKEY
  5: "storage-busy", // SQLITE_BUSY
  6: "storage-busy", // SQLITE_LOCKED
  8: "storage-unreachable", // SQLITE_READONLY
  10: "storage-failed", // SQLITE_IOERR
  11: "storage-damaged", // SQLITE_CORRUPT
  13: "storage-full", // SQLITE_FULL
  14: "storage-unreachable", // SQLITE_CANTOPEN
  18: "storage-invalid", // SQLITE_TOOBIG
  19: "storage-invalid", // SQLITE_CONSTRAINT
  20: "storage-invalid", // SQLITE_MISMATCH
  26: "storage-damaged", // SQLITE_NOTADB
};

const PRIMARY = 0xff;

/** The error for what SQLite answered. */
export function sqliteError({ failure: { code, message } }: SqliteFailure, file: string): StorageError {
  const named = CODES[code] ?? CODES[code & PRIMARY] ?? "storage-failed";
  return new StorageError(named, `${named}: ${file}: ${message}`);
}
