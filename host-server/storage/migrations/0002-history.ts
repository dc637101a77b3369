import { createSearchTable } from "../search/search-table.ts";
import { bytesType, type TableMigration, wholeType, withCountedId } from "./migration.ts";

/**
 * What was said. It outlives the device and the agent, which are therefore no references; a session takes its messages with
 * it, and these their sound.
 */
export const history: TableMigration = {
  async up(db, engine) {
    const whole = wholeType(engine);
    await db.schema
      .createTable("sessions")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("device", "text", (column) => column.notNull())
      .addColumn("agent", "text")
      .addColumn("title", "text", (column) => column.notNull())
      .addColumn("turns", "integer", (column) => column.notNull())
      .addColumn("started", whole, (column) => column.notNull())
      .addColumn("ended", whole)
      .execute();
    await db.schema.createIndex("sessions_by_start").on("sessions").columns(["started", "id"]).execute();
    await db.schema.createIndex("sessions_by_device").on("sessions").columns(["device", "started", "id"]).execute();
    await db.schema.createIndex("sessions_by_agent").on("sessions").columns(["agent", "started", "id"]).execute();
    await withCountedId(db.schema.createTable("messages"), engine)
      .addColumn("session", "text", (column) => column.notNull().references("sessions.id").onDelete("cascade"))
      .addColumn("device", "text", (column) => column.notNull())
      .addColumn("agent", "text")
      .addColumn("role", "text", (column) => column.notNull())
      .addColumn("text", "text", (column) => column.notNull())
      .addColumn("detail", "text")
      .addColumn("at", whole, (column) => column.notNull())
      .execute();
    for (const column of ["session", "device", "agent", "at"]) {
      await db.schema.createIndex(`messages_by_${column}`).on("messages").columns([column, "id"]).execute();
    }
    await db.schema
      .createTable("message_audio")
      .addColumn("message", whole, (column) => column.primaryKey().references("messages.id").onDelete("cascade"))
      .addColumn("type", "text", (column) => column.notNull())
      .addColumn("data", bytesType(engine), (column) => column.notNull())
      .execute();
    await createSearchTable(db, engine, { name: "message_search", of: "messages" });
  },
};
