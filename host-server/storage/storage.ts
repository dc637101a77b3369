import { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { type Clock, calendarTime } from "../../protocol/clock.ts";
import type { Log } from "../log.ts";
import { CountedEffort, type StorageEffort } from "./effort.ts";
import { StorageError } from "./errors.ts";
import { MIGRATIONS } from "./migrations/list.ts";
import type { Engine } from "./migrations/migration.ts";
import { postgresDialect } from "./postgres/dialect.ts";
import { sqliteDialect } from "./sqlite/dialect.ts";
import type { Tables } from "./tables.ts";

/** Which database to use. */
export interface StorageOptions {
  /** `postgresql://…`; empty for SQLite. */
  readonly url: string;
  /** File of SQLite, or `:memory:`. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  /** The last step of the tables' history to take, for rows from before the others; without it all are. */
  readonly lastStep?: string;
  /** ms that a statement may take in PostgreSQL; 30 s unless given. */
  readonly answerMs?: number;
}

/** An open database. What can be asked of it lies in the files beside, one for each sort of thing. */
export interface Storage {
  readonly db: Kysely<Tables>;
  readonly engine: Engine;
  readonly clock: Clock;
  /** What was asked of it so far. */
  readonly effort: StorageEffort;
  close(): Promise<void>;
}

/** The same within a transaction. */
export type StorageScope = Pick<Storage, "db" | "engine" | "clock">;

/**
 * Opens the database and brings its tables up to date.
 *
 * @throws StorageError `storage-unreachable`, `storage-damaged`, or `storage-newer` when a newer version has changed the tables
 */
export async function openStorage({ url, file, clock, log, lastStep, answerMs }: StorageOptions): Promise<Storage> {
  const engine = url === "" ? "sqlite" : "postgres";
  if (engine === "postgres") {
    // What changes a large table may take its time.
    const patient = new Kysely<Tables>({ dialect: postgresDialect({ url, log, answerMs: 0 }) });
    await migrate(patient, { engine, log, lastStep }).finally(() => patient.destroy().catch(() => {}));
  }
  const dialect = engine === "sqlite" ? sqliteDialect({ file, clock }) : postgresDialect({ url, log, answerMs });
  const effort = new CountedEffort();
  const db = new Kysely<Tables>({ dialect, log: effort.note });
  try {
    if (engine === "sqlite") await migrate(db, { engine, log, lastStep });
  } catch (error) {
    await db.destroy().catch(() => {});
    throw error;
  }
  return { db, engine, clock, effort, close: () => db.destroy() };
}

/** Now, in whole ms since the epoch. */
export function timeOf(clock: Clock): number {
  return Math.floor(calendarTime(clock));
}

/** Runs `work` in one transaction: all of it takes effect, or nothing. */
export function inTransaction<Result>(
  { db, engine, clock }: StorageScope,
  work: (scope: StorageScope) => Promise<Result>,
): Promise<Result> {
  if (db.isTransaction) return work({ db, engine, clock });
  return db.transaction().execute((transaction) => work({ db: transaction, engine, clock }));
}

interface Migration {
  readonly engine: Engine;
  readonly log: Log;
  readonly lastStep: string | undefined;
}

async function migrate(db: Kysely<Tables>, { engine, log, lastStep }: Migration): Promise<void> {
  const steps = Object.entries(MIGRATIONS).map(
    ([name, { up }]) => [name, { up: (inner: Kysely<unknown>) => up(inner, engine) }] as const,
  );
  const provider = { getMigrations: async () => Object.fromEntries(steps) };
  const migrator = new Migrator({ db, provider });
  const known = await migrator.getMigrations();
  const later = known.find(({ name, executedAt }) => executedAt && lastStep !== undefined && name > lastStep);
  if (later) {
    const message = `storage-not-empty: the database has been through ${later.name} already, which comes after ${lastStep}`;
    throw new StorageError("storage-not-empty", message);
  }
  const work = lastStep === undefined ? migrator.migrateToLatest() : migrator.migrateTo(lastStep);
  const { error, results = [] } = await work;
  if (error) throw asStorageError(error);
  const done = results.filter(({ status }) => status === "Success").map(({ migrationName }) => migrationName);
  const isNew = known.every(({ executedAt }) => executedAt === undefined);
  if (done.length > 0 && !isNew) log.info({ steps: done }, "the database was brought up to date");
}

function asStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = /corrupted migrations/.test(message) ? "storage-newer" : "storage-failed";
  const reason = code === "storage-newer" ? "a newer version of this server has used the database: " : "";
  return new StorageError(code, `${code}: ${reason}${message}`, { cause: error });
}
