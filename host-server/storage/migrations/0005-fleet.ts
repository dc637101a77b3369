import { type TableMigration, wholeType } from "./migration.ts";

/** Devices that wait to be bound, what agents are made from, and firmware with its way to devices. */
export const fleet: TableMigration = {
  async up(db, engine) {
    const whole = wholeType(engine);
    await db.schema
      .createTable("activation_codes")
      .addColumn("device", "text", (column) => column.primaryKey())
      .addColumn("code", "text", (column) => column.notNull().unique())
      .addColumn("board", "text", (column) => column.notNull())
      .addColumn("version", "text", (column) => column.notNull())
      .addColumn("created", whole, (column) => column.notNull())
      .execute();
    await db.schema.createIndex("activation_codes_by_created").on("activation_codes").column("created").execute();
    await db.schema
      .createTable("agent_templates")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("description", "text", (column) => column.notNull())
      .addColumn("settings", "text", (column) => column.notNull())
      .addColumn("created", whole, (column) => column.notNull())
      .addColumn("updated", whole, (column) => column.notNull())
      .execute();
    await createFirmware(db, engine);
  },
};

const createFirmware: TableMigration["up"] = async (db, engine) => {
  const whole = wholeType(engine);
  await db.schema
    .createTable("firmware")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("board", "text", (column) => column.notNull())
    .addColumn("version", "text", (column) => column.notNull())
    .addColumn("project", "text", (column) => column.notNull())
    .addColumn("bytes", whole, (column) => column.notNull())
    .addColumn("sha256", "text", (column) => column.notNull())
    .addColumn("note", "text", (column) => column.notNull())
    .addColumn("uploaded", whole, (column) => column.notNull())
    .addColumn("state", "text")
    .addColumn("percent", "integer", (column) => column.notNull())
    .addColumn("groups", "text", (column) => column.notNull())
    .addColumn("started", whole, (column) => column.notNull())
    .execute();
  await db.schema.createIndex("firmware_by_board").on("firmware").columns(["board", "uploaded"]).execute();
  await db.schema
    .createTable("firmware_offers")
    .addColumn("firmware", "text", (column) => column.notNull().references("firmware.id").onDelete("cascade"))
    .addColumn("device", "text", (column) => column.notNull())
    .addColumn("previous", "text", (column) => column.notNull())
    .addColumn("offered", whole, (column) => column.notNull())
    .addColumn("installed", whole)
    .addPrimaryKeyConstraint("firmware_offers_key", ["firmware", "device"])
    .execute();
  await db.schema.createIndex("firmware_offers_by_device").on("firmware_offers").column("device").execute();
};
