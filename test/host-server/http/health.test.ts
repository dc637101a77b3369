import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import { type Dialect, DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { systemClock } from "../../../host-server/clock.ts";
import { Health } from "../../../host-server/http/health.ts";
import { createLog } from "../../../host-server/log.ts";
import { openStorage, type Storage } from "../../../host-server/storage/storage.ts";
import { VirtualClock } from "../../../simulator/clock.ts";

const log = createLog({ level: "silent" });

function watch(health: Health) {
  const app = new Hono();
  health.mount(app);
  return async (path: string) => {
    const response = await app.request(path);
    return [response.status, await response.json()] as const;
  };
}

test("a server is alive all the time, and ready between its start and its end", async () => {
  const health = new Health({ clock: systemClock, storage: undefined });
  const ask = watch(health);
  assert.deepEqual(await ask("/readyz"), [503, { status: "starting", database: "none" }]);
  health.state = "ready";
  assert.deepEqual(await ask("/readyz"), [200, { status: "ready", database: "none" }]);
  health.state = "stopping";
  assert.deepEqual(await ask("/readyz"), [503, { status: "stopping", database: "none" }]);
  assert.deepEqual(await ask("/healthz"), [200, { status: "ok" }]);
});

test("without its database a server is alive and not ready", async () => {
  const storage = await openStorage({ url: "", file: ":memory:", clock: systemClock, log });
  const health = new Health({ clock: systemClock, storage });
  health.state = "ready";
  const ask = watch(health);
  assert.deepEqual(await ask("/readyz"), [200, { status: "ready", database: "ok" }]);
  await storage.close();
  assert.deepEqual(await ask("/readyz"), [503, { status: "ready", database: "unreachable" }]);
  assert.deepEqual(await ask("/healthz"), [200, { status: "ok" }]);
});

test("a database that says nothing counts as unreachable after two seconds", async () => {
  const clock = new VirtualClock({ start: 0 });
  const hanging: Dialect = {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => Object.assign(new DummyDriver(), { acquireConnection: () => new Promise<never>(() => {}) }),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
  const storage = { db: new Kysely({ dialect: hanging }) } as unknown as Storage;
  const health = new Health({ clock, storage });
  health.state = "ready";
  assert.deepEqual(await clock.run(watch(health)("/readyz")), [503, { status: "ready", database: "unreachable" }]);
  assert.equal(clock.now(), 2_000);
});
