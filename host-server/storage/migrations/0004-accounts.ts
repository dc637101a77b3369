import { type Kysely, sql } from "kysely";
import { type Engine, type TableMigration, wholeType } from "./migration.ts";

/**
 * Those who use the console. All tables but the last are written by `better-auth`, whose names the columns have; SQLite keeps
 * its times as text and its flags as numbers.
 */
export const accounts: TableMigration = {
  async up(db, engine) {
    const { flag, moment } = typesOf(engine);
    await db.schema
      .createTable("users")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("email", "text", (column) => column.notNull().unique())
      .addColumn("emailVerified", flag, (column) => column.notNull())
      .addColumn("image", "text")
      .addColumn("role", "text", (column) => column.notNull())
      .addColumn("blocked", flag, (column) => column.notNull())
      .addColumn("twoFactorEnabled", flag)
      .addColumn("createdAt", moment, (column) => column.notNull())
      .addColumn("updatedAt", moment, (column) => column.notNull())
      .execute();
    await createLogins(db, engine);
    await createSecrets(db, engine);
    await createApiTokens(db, engine);
  },
};

function typesOf(engine: Engine) {
  return engine === "sqlite"
    ? { flag: sql`integer`, moment: sql`text` }
    : { flag: sql`boolean`, moment: sql`timestamptz` };
}

const createLogins: TableMigration["up"] = async (db, engine) => {
  const { moment } = typesOf(engine);
  await ownedByUser(db, "user_sessions")
    .addColumn("token", "text", (column) => column.notNull().unique())
    .addColumn("expiresAt", moment, (column) => column.notNull())
    .addColumn("ipAddress", "text")
    .addColumn("userAgent", "text")
    .addColumn("createdAt", moment, (column) => column.notNull())
    .addColumn("updatedAt", moment, (column) => column.notNull())
    .execute();
  await db.schema.createIndex("user_sessions_by_user").on("user_sessions").column("userId").execute();
};

const createSecrets: TableMigration["up"] = async (db, engine) => {
  const { flag, moment } = typesOf(engine);
  const accountColumns = ["accessToken", "refreshToken", "idToken", "scope", "password"];
  let credentials = ownedByUser(db, "user_credentials")
    .addColumn("accountId", "text", (column) => column.notNull())
    .addColumn("providerId", "text", (column) => column.notNull())
    .addColumn("accessTokenExpiresAt", moment)
    .addColumn("refreshTokenExpiresAt", moment)
    .addColumn("createdAt", moment, (column) => column.notNull())
    .addColumn("updatedAt", moment, (column) => column.notNull());
  for (const name of accountColumns) credentials = credentials.addColumn(name, "text") as typeof credentials;
  await credentials.execute();
  await db.schema.createIndex("user_credentials_by_user").on("user_credentials").column("userId").execute();
  await db.schema
    .createTable("user_verifications")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("identifier", "text", (column) => column.notNull())
    .addColumn("value", "text", (column) => column.notNull())
    .addColumn("expiresAt", moment, (column) => column.notNull())
    .addColumn("createdAt", moment, (column) => column.notNull())
    .addColumn("updatedAt", moment, (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("user_verifications_by_identifier")
    .on("user_verifications")
    .column("identifier")
    .execute();
  await ownedByUser(db, "user_second_factors")
    .addColumn("secret", "text", (column) => column.notNull())
    .addColumn("backupCodes", "text", (column) => column.notNull())
    .addColumn("verified", flag)
    .addColumn("failedVerificationCount", "integer")
    .addColumn("lockedUntil", moment)
    .execute();
  await db.schema.createIndex("user_second_factors_by_user").on("user_second_factors").column("userId").execute();
};

const createApiTokens: TableMigration["up"] = async (db, engine) => {
  const whole = wholeType(engine);
  await db.schema
    .createTable("api_tokens")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("owner", "text", (column) => column.notNull().references("users.id").onDelete("cascade"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("start", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull().unique())
    .addColumn("created", whole, (column) => column.notNull())
    .addColumn("used", whole, (column) => column.notNull())
    .addColumn("expires", whole)
    .execute();
  await db.schema.createIndex("api_tokens_by_owner").on("api_tokens").columns(["owner", "created"]).execute();
};

function ownedByUser(db: Kysely<unknown>, table: string) {
  return db.schema
    .createTable(table)
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("userId", "text", (column) => column.notNull().references("users.id").onDelete("cascade"));
}
