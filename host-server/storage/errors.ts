import { AppError } from "../errors.ts";

/**
 * What a database refused or failed at. Codes are the same for SQLite and PostgreSQL: `storage-conflict` (a key that must
 * be unique exists), `storage-reference` (something that is named does not exist, or is still named), `storage-invalid`
 * (a value that the column does not take), `storage-busy`, `storage-full`, `storage-damaged`, `storage-unreachable`,
 * `storage-lost` (the connection ended; it is not known whether the last statement took effect), `storage-newer` (a newer
 * version of the server has changed the tables), `storage-closed` and `storage-failed`.
 */
export class StorageError extends AppError {
  override readonly name = "StorageError";
}
