import { bytesType, type TableMigration, wholeType, withCountedId } from "./migration.ts";

/** What a console keeps beside agents, devices and history. */
export const consoleTables: TableMigration = {
  async up(db, engine) {
    const whole = wholeType(engine);
    await db.schema
      .createTable("memories")
      .addColumn("device", "text", (column) => column.notNull())
      .addColumn("agent", "text", (column) => column.notNull())
      .addColumn("text", "text", (column) => column.notNull())
      .addColumn("updated", whole, (column) => column.notNull())
      .addPrimaryKeyConstraint("memories_key", ["device", "agent"])
      .execute();
    await db.schema
      .createTable("models")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("stage", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("provider", "text", (column) => column.notNull())
      .addColumn("settings", "text", (column) => column.notNull())
      .addColumn("preferred", "integer", (column) => column.notNull())
      .addColumn("enabled", "integer", (column) => column.notNull())
      .addColumn("created", whole, (column) => column.notNull())
      .addColumn("updated", whole, (column) => column.notNull())
      .execute();
    await db.schema.createIndex("models_by_stage").on("models").columns(["stage", "name", "id"]).execute();
    await createVoiceprints(db, engine);
    await db.schema
      .createTable("parameters")
      .addColumn("key", "text", (column) => column.primaryKey())
      .addColumn("value", "text", (column) => column.notNull())
      .addColumn("note", "text", (column) => column.notNull())
      .addColumn("updated", whole, (column) => column.notNull())
      .execute();
    await createAuditLog(db, engine);
  },
};

const createAuditLog: TableMigration["up"] = async (db, engine) => {
  await withCountedId(db.schema.createTable("audit_log"), engine)
    .addColumn("at", wholeType(engine), (column) => column.notNull())
    .addColumn("actor", "text", (column) => column.notNull())
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("entity", "text", (column) => column.notNull())
    .addColumn("subject", "text", (column) => column.notNull())
    .addColumn("detail", "text")
    .execute();
  for (const columns of [["at"], ["actor"], ["entity", "subject"]]) {
    const name = `audit_log_by_${columns[0]}`;
    await db.schema
      .createIndex(name)
      .on("audit_log")
      .columns([...columns, "id"])
      .execute();
  }
};

const createVoiceprints: TableMigration["up"] = async (db, engine) => {
  const whole = wholeType(engine);
  await db.schema
    .createTable("voiceprints")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("agent", "text", (column) => column.notNull().references("agents.id").onDelete("cascade"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("description", "text", (column) => column.notNull())
    .addColumn("embedding", bytesType(engine))
    .addColumn("created", whole, (column) => column.notNull())
    .addColumn("updated", whole, (column) => column.notNull())
    .execute();
  await db.schema.createIndex("voiceprints_by_agent").on("voiceprints").columns(["agent", "name", "id"]).execute();
};
