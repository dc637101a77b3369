import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Kysely, sql } from "kysely";
import { MIGRATIONS } from "../../../host-server/storage/migrations/list.ts";
import { openStorage, type Storage } from "../../../host-server/storage/storage.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { silentLog } from "../../host-server/fakes/log.ts";
import { createWorld } from "../../host-server/fakes/world.ts";
import { type PostgresServer, postgresPrograms, startPostgres } from "../postgres-server.ts";
import { talks, until, words } from "./talk.ts";

const DEVICE = "11:22:33:44:55:66";
const PORTS = {
  XIAOZHI_SERVER_IP: "127.0.0.1",
  XIAOZHI_SERVER_PORT: "0",
  XIAOZHI_SERVER_HTTP_PORT: "0",
  XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
};
const programs = postgresPrograms();

/** Rows as a server had them after each step: the columns that there were then. */
const ROWS: readonly { since: string; table: string; row: Record<string, string | number | null> }[] = [
  {
    since: "0001",
    table: "agents",
    row: { id: "a", name: "Köchin 厨师", settings: '{"prompt":"你是厨师。"}', version: 3, created: 1, updated: 2 },
  },
  {
    since: "0001",
    table: "devices",
    row: {
      id: DEVICE,
      alias: "Küche",
      board: "b",
      version: "1",
      agent: "a",
      updates: 0,
      seen: 5,
      created: 1,
      updated: 2,
    },
  },
  { since: "0001", table: "device_groups", row: { device: DEVICE, name: "lab" } },
  {
    since: "0002",
    table: "sessions",
    row: { id: "s", device: DEVICE, agent: "a", title: "T", turns: 1, started: 1, ended: null },
  },
  {
    since: "0002",
    table: "messages",
    row: { session: "s", device: DEVICE, agent: "a", role: "user", text: "你好，小智", detail: null, at: 7 },
  },
  { since: "0003", table: "memories", row: { device: DEVICE, agent: "a", text: "likes tea", updated: 1 } },
  { since: "0003", table: "parameters", row: { key: "server.name", value: "x", note: "", updated: 1 } },
];

async function fill(db: Kysely<never>, step: string): Promise<void> {
  for (const { since, table, row } of ROWS) {
    if (since > step.slice(0, 4)) continue;
    const columns = sql.join(Object.keys(row).map((column) => sql.ref(column)));
    await sql`insert into ${sql.table(table)} (${columns}) values (${sql.join(Object.values(row))})`.execute(db);
  }
}

/** Whether every row is there, column by column, with what was added since beside it. */
async function check(db: Kysely<never>, step: string): Promise<void> {
  for (const { since, table, row } of ROWS) {
    if (since > step.slice(0, 4)) continue;
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(db);
    const found = rows.some((one) =>
      Object.entries(row).every(([column, value]) => one[column] === value || column === "seen"),
    );
    assert.ok(found, `${table} from ${step}: ${JSON.stringify(rows)}`);
  }
}

/** An old database, the new server over it, and the device that is connected all the time. */
async function upgrade(step: string, open: (lastStep?: string) => Promise<Storage>): Promise<void> {
  const old = await open(step);
  await fill(old.db as never, step);
  await old.close();
  const storage = await open();
  const world = createWorld({}, PORTS, "data", { clock: storage.clock, storage });
  await world.server.start();
  try {
    const device = await world.connect({ id: DEVICE });
    assert.ok(await talks(world, device, "after the upgrade"));
    await until(world, async () => (await words(storage)).includes("after the upgrade"));
    await check(storage.db as never, step);
  } finally {
    await world.clock.run(world.server.stop());
    await storage.close();
  }
}

for (const step of Object.keys(MIGRATIONS)) {
  test(`SQLite as ${step} left it: every row is there after the upgrade, and its device talks`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "xiaozhi-upgrade-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const clock = new VirtualClock();
    const file = join(folder, "xiaozhi.db");
    await upgrade(step, (lastStep) =>
      openStorage({ url: "", file, clock, log: silentLog, ...(lastStep !== undefined && { lastStep }) }),
    );
  });
}

describe("PostgreSQL", { skip: programs ? false : "PostgreSQL is not installed" }, () => {
  let postgres: PostgresServer;
  before(() => {
    postgres = startPostgres(programs as string);
  });
  after(() => postgres?.stop());

  for (const step of Object.keys(MIGRATIONS)) {
    test(`as ${step} left it: every row is there after the upgrade, and its device talks`, async () => {
      const clock = new VirtualClock();
      const url = postgres.newDatabase();
      await upgrade(step, (lastStep) =>
        openStorage({ url, file: "", clock, log: silentLog, ...(lastStep !== undefined && { lastStep }) }),
      );
    });
  }
});
