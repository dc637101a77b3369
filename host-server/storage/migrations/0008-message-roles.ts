import type { TableMigration } from "./migration.ts";

/** What users, assistants or tools have said is listed without a look at what the others have. */
export const messageRoles: TableMigration = {
  async up(db) {
    await db.schema.createIndex("messages_by_role").on("messages").columns(["role", "id"]).execute();
  },
};
