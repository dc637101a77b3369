import { createSearchTable } from "../search/search-table.ts";
import { type TableMigration, wholeType, withCountedId } from "./migration.ts";

/** Documents that are searched, cut into passages. */
export const knowledge: TableMigration = {
  async up(db, engine) {
    const whole = wholeType(engine);
    await db.schema
      .createTable("documents")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("collection", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("origin", "text", (column) => column.notNull())
      .addColumn("stamp", "text", (column) => column.notNull())
      .addColumn("passages", "integer", (column) => column.notNull())
      .addColumn("characters", "integer", (column) => column.notNull())
      .addColumn("created", whole, (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex("documents_by_name")
      .unique()
      .on("documents")
      .columns(["origin", "collection", "name"])
      .execute();
    await withCountedId(db.schema.createTable("passages"), engine)
      .addColumn("document", "text", (column) => column.notNull().references("documents.id").onDelete("cascade"))
      .addColumn("heading", "text", (column) => column.notNull())
      .addColumn("text", "text", (column) => column.notNull())
      .execute();
    await db.schema.createIndex("passages_by_document").on("passages").columns(["document", "id"]).execute();
    await createSearchTable(db, engine, { name: "passage_search", of: "passages" });
  },
};
