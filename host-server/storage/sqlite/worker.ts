import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { serveJobs } from "../../workers/jobs.ts";
import { stepBack } from "../../workers/step-back.ts";
import type { SqliteFailure, SqliteRows, SqliteStatement } from "./statement.ts";

/** Statements that are kept prepared: more than the server has. */
const MAX_PREPARED = 300;

/**
 * What is set for every database. Readers of other processes (a backup) do not block; what is committed survives the end of
 * the process and of the power; another process may hold the file for a moment.
 */
const PRAGMAS = [
  "journal_mode = WAL",
  "synchronous = FULL",
  "foreign_keys = ON",
  "busy_timeout = 5000",
  "cache_size = -32000",
  "temp_store = MEMORY",
];

/** An open database and its prepared statements, those used last at the end. */
interface OpenDatabase {
  readonly database: DatabaseSync;
  readonly prepared: Map<string, StatementSync>;
}

// One worker has one database; a new worker in the place of one that died opens it anew.
const open = new Map<string, OpenDatabase>();

// A list of a million messages takes a tenth of a second, in which frames are due.
stepBack();

serveJobs<SqliteStatement, SqliteRows | SqliteFailure>(async (statement) => {
  try {
    return { result: run(statement) };
  } catch (error) {
    const { errcode = 0, message } = error as { errcode?: number; message: string };
    return { result: { failure: { code: errcode, message } } };
  }
});

function run({ file, sql, parameters }: SqliteStatement): SqliteRows {
  const opened = open.get(file) ?? openDatabase(file);
  if (sql === undefined) {
    opened.database.exec("PRAGMA optimize");
    opened.database.close();
    open.delete(file);
    return { rows: [], changes: 0, lastId: 0 };
  }
  const statement = prepare(opened, sql);
  if (statement.columns().length > 0) {
    return { rows: statement.all(...parameters) as SqliteRows["rows"], changes: 0, lastId: 0 };
  }
  const { changes, lastInsertRowid } = statement.run(...parameters);
  return { rows: [], changes: Number(changes), lastId: lastInsertRowid };
}

function openDatabase(file: string): OpenDatabase {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  for (const pragma of PRAGMAS) database.exec(`PRAGMA ${pragma}`);
  const opened = { database, prepared: new Map<string, StatementSync>() };
  open.set(file, opened);
  return opened;
}

function prepare({ database, prepared }: OpenDatabase, sql: string): StatementSync {
  const statement = prepared.get(sql) ?? database.prepare(sql);
  prepared.delete(sql);
  prepared.set(sql, statement);
  if (prepared.size > MAX_PREPARED) prepared.delete(prepared.keys().next().value as string);
  return statement;
}
