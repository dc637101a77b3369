import { type TableMigration, wholeType } from "./migration.ts";

/** From when on what devices log in with is good. */
export const deviceAccess: TableMigration = {
  async up(db, engine) {
    const whole = wholeType(engine);
    await db.schema
      .alterTable("devices")
      .addColumn("access_from", whole, (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
