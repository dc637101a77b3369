import { type TableMigration, wholeType } from "./migration.ts";

/** Agents and the devices that have them. */
export const agents: TableMigration = {
  async up(db, engine) {
    const whole = wholeType(engine);
    await db.schema
      .createTable("agents")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("owner", "text")
      .addColumn("settings", "text", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("created", whole, (column) => column.notNull())
      .addColumn("updated", whole, (column) => column.notNull())
      .execute();
    await db.schema.createIndex("agents_by_name").on("agents").columns(["name", "id"]).execute();
    await db.schema.createIndex("agents_by_owner").on("agents").columns(["owner", "name"]).execute();
    await db.schema.createIndex("agents_by_updated").on("agents").column("updated").execute();
    await db.schema
      .createTable("agent_snapshots")
      .addColumn("agent", "text", (column) => column.notNull().references("agents.id").onDelete("cascade"))
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("settings", "text", (column) => column.notNull())
      .addColumn("author", "text")
      .addColumn("created", whole, (column) => column.notNull())
      .addPrimaryKeyConstraint("agent_snapshots_key", ["agent", "version"])
      .execute();
    await db.schema
      .createTable("agent_tags")
      .addColumn("agent", "text", (column) => column.notNull().references("agents.id").onDelete("cascade"))
      .addColumn("tag", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("agent_tags_key", ["agent", "tag"])
      .execute();
    await db.schema.createIndex("agent_tags_by_tag").on("agent_tags").columns(["tag", "agent"]).execute();
    await createDevices(db, engine);
  },
};

const createDevices: TableMigration["up"] = async (db, engine) => {
  const whole = wholeType(engine);
  await db.schema
    .createTable("devices")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("alias", "text", (column) => column.notNull())
    .addColumn("board", "text", (column) => column.notNull())
    .addColumn("version", "text", (column) => column.notNull())
    .addColumn("agent", "text", (column) => column.references("agents.id").onDelete("set null"))
    .addColumn("owner", "text")
    .addColumn("updates", "integer", (column) => column.notNull())
    .addColumn("seen", whole, (column) => column.notNull())
    .addColumn("created", whole, (column) => column.notNull())
    .addColumn("updated", whole, (column) => column.notNull())
    .execute();
  for (const column of ["alias", "board", "agent", "owner", "seen", "updated"]) {
    await db.schema.createIndex(`devices_by_${column}`).on("devices").columns([column, "id"]).execute();
  }
  await db.schema
    .createTable("device_groups")
    .addColumn("device", "text", (column) => column.notNull().references("devices.id").onDelete("cascade"))
    .addColumn("name", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("device_groups_key", ["device", "name"])
    .execute();
  await db.schema.createIndex("device_groups_by_name").on("device_groups").columns(["name", "device"]).execute();
};
