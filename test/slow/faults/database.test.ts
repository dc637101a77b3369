import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openStorage, type Storage } from "../../../host-server/storage/storage.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { silentLog } from "../../host-server/fakes/log.ts";
import { createWorld } from "../../host-server/fakes/world.ts";
import { type PostgresServer, postgresPrograms, startPostgres } from "../postgres-server.ts";
import { talks, until, words } from "./talk.ts";
import { wayToPostgres } from "./way.ts";

const programs = postgresPrograms();
/** ms that a statement may take here: a test has no half minute for it. */
const ANSWER_MS = 1_500;

describe("PostgreSQL that is away", { skip: programs ? false : "PostgreSQL is not installed" }, () => {
  let postgres: PostgresServer;

  before(() => {
    postgres = startPostgres(programs as string);
  });
  after(() => postgres?.stop());

  async function talking(url: string) {
    const clock = new VirtualClock();
    const storage = await openStorage({ url, file: "", clock, log: silentLog, answerMs: ANSWER_MS });
    const world = createWorld({}, {}, "data", { clock, storage });
    const device = await world.connect();
    assert.ok(await talks(world, device, "before"));
    await until(world, async () => (await words(storage)).length === 1);
    return { ...world, storage, device };
  }

  /** Talks, connects another device, and talks again, while the database is away. */
  async function talkAway(world: Awaited<ReturnType<typeof talking>>): Promise<void> {
    assert.ok(await talks(world, world.device, "while it is away"));
    const other = await world.connect({ id: "00:00:00:00:00:77" });
    assert.ok(await talks(world, other, "a device that came meanwhile"));
  }

  async function findAll(world: Awaited<ReturnType<typeof talking>>, storage: Storage): Promise<void> {
    assert.ok(await talks(world, world.device, "afterwards"));
    await until(world, async () => (await words(storage).catch(() => [])).length === 4);
    const wanted = ["before", "while it is away", "a device that came meanwhile", "afterwards"];
    assert.deepEqual(await words(storage), wanted);
    await world.server.stop();
    await storage.close();
  }

  test("killed and started again: devices talk and connect meanwhile, and no word is lost or written twice", async () => {
    const world = await talking(postgres.newDatabase());
    postgres.kill();
    await talkAway(world);
    await until(world, async () =>
      world.log.some(({ msg }) => String(msg).startsWith("history cannot be written now")),
    );
    postgres.start();
    await findAll(world, world.storage);
  });

  test("the way to it lies down without a word: what is asked fails in time, and all is written when the way is back", async () => {
    const { way, url } = await wayToPostgres(postgres.newDatabase());
    const world = await talking(url);
    way.stall();
    await talkAway(world);
    await assert.rejects(words(world.storage), { code: "storage-lost" });
    way.mend();
    await findAll(world, world.storage);
    way.close();
  });
});
