import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { Clock } from "../../../protocol/clock.ts";
import { type Lane, WorkerError, WorkerPool } from "../../workers/worker-pool.ts";
import { StorageError } from "../errors.ts";
import { withoutNul } from "../text.ts";
import { sqliteError } from "./errors.ts";
import type { SqliteFailure, SqliteRows, SqliteStatement, SqliteValue } from "./statement.ts";

type Answer = SqliteRows | SqliteFailure;

/** Where a database is. */
export interface SqliteOptions {
  /** Path of the file, or `:memory:`. */
  readonly file: string;
  readonly clock: Clock;
}

/**
 * SQLite by Node's own module, in a worker of its own: there it is synchronous, and nothing here waits for a disk. There is one
 * connection, and who asks for it while it is taken (by a transaction) gets it in turn.
 */
export function sqliteDialect(options: SqliteOptions): Dialect {
  return {
    createAdapter: () => new TransactionalAdapter(),
    createDriver: () => new SqliteThread(options),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  };
}

class TransactionalAdapter extends SqliteAdapter {
  /** A migration that fails leaves nothing behind. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class SqliteThread implements Driver {
  readonly #file: string;
  readonly #pool: WorkerPool<SqliteStatement, Answer>;

  constructor({ file, clock }: SqliteOptions) {
    this.#file = file;
    const module = new URL("./worker.ts", import.meta.url);
    this.#pool = new WorkerPool({ module, size: 1, clock });
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteConnection> {
    return new SqliteConnection(await contained(this.#pool.acquire(), this.#file), this.#file);
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    (connection as SqliteConnection).release();
  }

  /** Takes the right to write at once: one that is wanted later may be refused, and then all was in vain. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("rollback"));
  }

  async destroy(): Promise<void> {
    const lane = await contained(this.#pool.acquire(), this.#file);
    await lane.request({ file: this.#file, sql: undefined, parameters: [] });
    await this.#pool.close();
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #lane: Lane<SqliteStatement, Answer>;
  readonly #file: string;

  constructor(lane: Lane<SqliteStatement, Answer>, file: string) {
    this.#lane = lane;
    this.#file = file;
  }

  release(): void {
    this.#lane.release();
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const statement = { file: this.#file, sql, parameters: parameters.map(toSqlite) };
    const answer = await contained(this.#lane.request(statement), this.#file);
    if ("failure" in answer) throw sqliteError(answer, this.#file);
    const { rows, changes, lastId } = answer;
    return { rows: rows as Row[], numAffectedRows: BigInt(changes), insertId: BigInt(lastId) };
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncGenerator<QueryResult<Row>, void, undefined> {
    yield await this.executeQuery<Row>(query);
  }
}

/** A worker that is gone is a lost connection. */
async function contained<Value>(work: Promise<Value>, file: string): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof WorkerError)) throw error;
    throw new StorageError("storage-lost", `storage-lost: ${file}: ${error.message}`, { cause: error });
  }
}

function toSqlite(value: unknown): SqliteValue {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string") return withoutNul(value);
  if (value === null || ["number", "bigint"].includes(typeof value) || value instanceof Uint8Array) {
    return value as SqliteValue;
  }
  throw new StorageError("storage-invalid", `storage-invalid: a database takes no ${typeof value}`);
}
