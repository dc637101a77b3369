import { type Dialect, PostgresDialect, type PostgresPool, type PostgresPoolClient } from "kysely";
import pg from "pg";
import type { Log } from "../../log.ts";
import { withoutNul } from "../text.ts";
import { postgresError } from "./errors.ts";

/** Connections of one server; a fleet's servers share what PostgreSQL has (100 by default). */
const MAX_CONNECTIONS = 10;
/** ms to wait for a connection. */
const CONNECT_MS = 10_000;
/** ms that a statement may take: a way that lies down without a word is not told by TCP for a quarter of an hour. */
const ANSWER_MS = 30_000;
/** int8 and numeric: what counts and sums give. Nothing here exceeds what a number holds exactly. */
const NUMBERS = [pg.types.builtins.INT8, pg.types.builtins.NUMERIC];

/** Where a database is. */
export interface PostgresOptions {
  /** `postgresql://user:password@host:port/database`, with the options that `pg` knows. */
  readonly url: string;
  readonly log: Log;
  /** ms that a statement may take; 30 s unless given. */
  readonly answerMs?: number | undefined;
}

/** PostgreSQL with the errors of {@link postgresError}. A connection that is lost at rest is replaced at the next need. */
export function postgresDialect({ url, log, answerMs = ANSWER_MS }: PostgresOptions): Dialect {
  const types = {
    getTypeParser: (id: number, format?: "text" | "binary") =>
      NUMBERS.includes(id) ? Number : pg.types.getTypeParser(id, format as "text"),
  };
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: answerMs,
    keepAlive: true,
    application_name: "xiaozhi",
    types: types as pg.CustomTypesConfig,
  });
  pool.on("error", (error) => log.warn({ error }, "a connection to the database was lost"));
  return new PostgresDialect({ pool: withOurErrors(pool) });
}

function withOurErrors(pool: pg.Pool): PostgresPool {
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect().catch((error: unknown) => {
        throw postgresError(error);
      });
      // One that breaks between two queries says so here as well as at the next query.
      if (!clients.has(client)) client.on("error", () => {});
      const known = clients.get(client) ?? clientWithOurErrors(client);
      clients.set(client, known);
      return known;
    },
  };
}

function clientWithOurErrors(client: pg.PoolClient): PostgresPoolClient {
  let isDeaf = false;
  const query = async (sql: string, parameters: readonly unknown[]) => {
    // What was not answered in time is still under way: whoever asked now would wait for it.
    if (isDeaf) throw postgresError(new Error("Connection terminated: it has not answered"));
    try {
      return await client.query(sql, parameters.map(toPostgres));
    } catch (error) {
      const named = postgresError(error);
      isDeaf ||= named.code === "storage-lost";
      throw named;
    }
  };
  // Kysely's cursors are not used, so that this is the only way in which it asks.
  return { query, release: (destroy?: boolean) => client.release(destroy || isDeaf) } as unknown as PostgresPoolClient;
}

function toPostgres(value: unknown): unknown {
  return typeof value === "string" ? withoutNul(value) : value;
}
