import { join } from "node:path";
import type { Clock } from "../../protocol/clock.ts";
import type { Config } from "../config/schema.ts";
import type { Log } from "../log.ts";
import { openStorage, type Storage } from "../storage/storage.ts";

/** The file of SQLite, in the data folder. */
export const DATABASE_FILE = "xiaozhi.db";

/** What opening the server's database needs. */
export interface ServerStorageOptions {
  readonly config: Config;
  readonly dataDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The database of a server. A file that cannot be used leaves the server talking, without history and agents of a console; a
 * PostgreSQL that was named must be there.
 *
 * @throws StorageError
 */
export async function openServerStorage(options: ServerStorageOptions): Promise<Storage | undefined> {
  const { config, dataDirectory, clock, log } = options;
  const { url } = config.database;
  const file = join(dataDirectory, DATABASE_FILE);
  try {
    return await openStorage({ url, file, clock, log });
  } catch (error) {
    if (url !== "") throw error;
    log.error({ error, file }, "the database cannot be used: nothing that is said will be kept");
    return undefined;
  }
}
