import { type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely, sql } from "kysely";

/** Which database a migration runs on. */
export type Engine = "sqlite" | "postgres";

/** One step of the tables' history. There is no way back; a backup is. */
export interface TableMigration {
  up(db: Kysely<unknown>, engine: Engine): Promise<void>;
}

/** The type of bytes. */
export function bytesType(engine: Engine) {
  return engine === "sqlite" ? sql`blob` : sql`bytea`;
}

/** Whole numbers of 64 bits. In SQLite all are. */
export function wholeType(engine: Engine) {
  return engine === "sqlite" ? sql`integer` : sql`bigint`;
}

/** Adds a column `id` that counts up and gives no number twice. */
export function withCountedId<Table extends string>(
  table: CreateTableBuilder<Table>,
  engine: Engine,
): CreateTableBuilder<Table> {
  const counted = (column: ColumnDefinitionBuilder) =>
    engine === "sqlite" ? column.primaryKey().autoIncrement() : column.generatedByDefaultAsIdentity().primaryKey();
  return table.addColumn("id", wholeType(engine), counted) as CreateTableBuilder<Table>;
}
