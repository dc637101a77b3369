import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { History } from "../../../host-server/history/history.ts";
import { listAudit, noteChange } from "../../../host-server/storage/audit-log.ts";
import { createDevice, getDevice } from "../../../host-server/storage/devices.ts";
import { StorageError } from "../../../host-server/storage/errors.ts";
import { addMessages, audioOf, listMessages } from "../../../host-server/storage/messages.ts";
import { getSession, listSessions, removeSession } from "../../../host-server/storage/sessions.ts";
import { openStorage, type Storage } from "../../../host-server/storage/storage.ts";
import { OggOpusReader } from "../../../protocol/ogg/ogg-opus.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { silentLog } from "../fakes/log.ts";
import { createWorld } from "../fakes/world.ts";

const clock = new VirtualClock();
let storage: Storage;

before(async () => {
  storage = await openStorage({ url: "", file: ":memory:", clock, log: silentLog });
});
after(() => storage.close());

function report(session: string, heard: string) {
  return {
    session,
    turn: 1,
    device: "AA",
    heard,
    tools: [],
    said: "Yes.",
    stages: { endpoint: 0, asr: 0, total: 5 },
    endedAt: undefined,
    isInterrupted: false,
  };
}

const texts = async () => (await listMessages(storage, { order: "asc" })).rows.map(({ text }) => text);

function packetsIn(file: Uint8Array): number {
  const reader = new OggOpusReader();
  reader.push(file);
  let count = 0;
  while (reader.next()) count++;
  return count;
}

/** A storage whose statements fail while `fault` says so. */
function faulty(fault: () => StorageError | undefined): Storage {
  const transaction = () => {
    const error = fault();
    return error ? { execute: () => Promise.reject(error) } : storage.db.transaction();
  };
  const db = new Proxy(storage.db, {
    get: (target, key) => (key === "transaction" ? transaction : Reflect.get(target, key, target)),
  });
  return { ...storage, db };
}

describe("history", () => {
  beforeEach(async () => {
    for (const table of ["sessions", "devices"] as const) await storage.db.deleteFrom(table).execute();
  });

  test("a conversation is kept, with times, tools and its end", async () => {
    await createDevice(storage, "AA");
    const world = createWorld(
      { rounds: [[{ type: "tool-call", call: { id: "1", name: "get_time", arguments: {} } }], "It is late."] },
      {},
      "data",
      { clock, storage },
    );
    const device = await world.connect({ id: "AA" });
    device.detect("What time is it?");
    await clock.advance(8_000);
    await world.server.stop();
    const { rows } = await listMessages(storage, { order: "asc" });
    assert.deepEqual(
      rows.map(({ role }) => role),
      ["user", "tool", "assistant"],
    );
    assert.deepEqual([rows[0]?.text, rows[2]?.text], ["What time is it?", "It is late."]);
    assert.equal(rows[1]?.detail?.["name"], "get_time");
    assert.match(JSON.stringify(rows[2]?.detail), /"stages":\{.*"total":[1-9]/);
    const [session] = (await listSessions(storage)).rows;
    assert.deepEqual([session?.turns, session?.device], [1, "aa"]);
    assert.ok((session?.ended ?? 0) > (session?.started ?? 0));
    assert.equal((await getDevice(storage, "AA"))?.seen, session?.started);
  });

  test("what was being said when the connection was lost is kept", async () => {
    await createDevice(storage, "AA");
    const world = createWorld({ rounds: ["It is late, and it will be later still."] }, {}, "data", { clock, storage });
    const device = await world.connect({ id: "AA" });
    device.detect("What time is it?");
    await clock.advance(500);
    assert.ok(device.frameTimes.length > 0);
    device.close();
    await clock.advance(1_000);
    assert.equal((await texts())[0], "What time is it?");
    await world.server.stop();
  });

  test("nothing is kept of those who do not want it", async () => {
    const world = createWorld({}, { XIAOZHI_CHAT_HISTORY: "none" }, "data", { clock, storage });
    const device = await world.connect({ id: "AA" });
    device.detect("Hello");
    await clock.advance(5_000);
    await world.server.stop();
    assert.equal((await listSessions(storage)).total, 0);
  });

  test("entries wait for a database that is away, and are written once", async () => {
    let fault: StorageError | undefined = new StorageError("storage-unreachable", "away");
    const history = new History(
      faulty(() => fault),
      silentLog,
    );
    history.begin({ id: "s", device: "AA", agent: null }, true);
    history.turn({ ...report("s", "one"), speaker: "Ann" });
    await clock.advance(3_000);
    history.turn(report("s", "two"));
    assert.deepEqual(await texts(), []);
    fault = undefined;
    await clock.advance(40_000);
    assert.deepEqual(await texts(), ["one", "Yes.", "two", "Yes."]);
    const { rows } = await listMessages(storage, { role: "user", order: "asc" });
    assert.deepEqual(
      rows.map(({ detail }) => detail),
      [{ speaker: "Ann" }, null],
    );
    history.end("s");
    await history.close();
    assert.equal((await getSession(storage, "s"))?.turns, 2);
  });

  test("a session that was removed takes only its own words with it", async () => {
    const history = new History(storage, silentLog);
    for (const id of ["gone", "stays"]) history.begin({ id, device: "AA", agent: null }, true);
    await clock.advance(1_000);
    await removeSession(storage, "gone");
    for (const id of ["gone", "stays"]) history.turn(report(id, id));
    await history.close();
    assert.deepEqual(await texts(), ["stays", "Yes."]);
  });

  test("the sound of a turn is kept as files that players know, and goes with age", async () => {
    const env = { XIAOZHI_CHAT_HISTORY: "text+audio" };
    const world = createWorld({ heard: ["Hello"], rounds: ["I am here."] }, env, "data", { clock, storage });
    const device = await world.connect({ id: "AA" });
    device.listen("start", "auto");
    device.talk(0, 900);
    await clock.advance(1_000);
    device.talk(1_200, 1_200);
    await clock.advance(9_000);
    device.detect("And now?");
    await clock.advance(8_000);
    const { rows } = await listMessages(storage, { order: "asc" });
    const sounds = await Promise.all(rows.map(({ id }) => audioOf(storage, id)));
    assert.deepEqual(
      rows.map(({ text }, at) => [text, sounds[at]?.type]),
      [
        ["Hello", "audio/ogg"],
        ["I am here.", "audio/ogg"],
        ["And now?", undefined],
        ["OK.", "audio/ogg"],
      ],
    );
    const [heard = 0, said = 0, , more = 0] = sounds.map((sound) => (sound ? packetsIn(sound.data) : 0));
    assert.equal(said + more, device.received.filter(({ packet }) => packet).length);
    assert.ok(heard >= 1_200 / 60 && heard < 3_300 / 60, `${heard} packets`);
    await world.server.stop();
    const history = new History(storage, silentLog, () => ({ historyDays: 3, audioDays: 1, auditDays: 0 }));
    history.start();
    await world.clock.advance(2 * 24 * 60 * 60_000);
    assert.deepEqual([(await listMessages(storage)).total, await audioOf(storage, rows[0]?.id ?? 0)], [4, undefined]);
    await world.clock.advance(2 * 24 * 60 * 60_000);
    assert.equal((await listSessions(storage)).total, 0);
    await history.close();
  });

  test("what is too old goes in steps, however much there is: sounds, and who changed what; the rest stays", async () => {
    for (let n = 0; n < 3; n++) await manyOld(n * 400, 400);
    await noteChange(storage, { actor: "a", action: "update", entity: "agent", subject: "new" });
    const count = async (table: "audit_log" | "message_audio") =>
      (await storage.db.selectFrom(table).selectAll().execute()).length;
    assert.deepEqual([await count("audit_log"), await count("message_audio")], [1_201, 1_200]);
    const history = new History(storage, silentLog, () => ({ historyDays: 0, audioDays: 30, auditDays: 30 }));
    history.start();
    await clock.advance(61_000);
    await history.close();
    assert.deepEqual([await count("audit_log"), await count("message_audio")], [1, 0]);
    assert.equal((await listAudit(storage)).rows[0]?.subject, "new");
  });
});

/** So many messages with sound, and changes, of forty days ago. */
async function manyOld(from: number, count: number): Promise<void> {
  const at = clock.now() - 40 * 24 * 60 * 60_000;
  const id = `old ${from}`;
  const session = { id, device: "aa", agent: null, title: "", turns: 1, started: at, ended: null };
  await storage.db.insertInto("sessions").values(session).execute();
  const audio = { type: "audio/ogg", data: Uint8Array.of(1) };
  const said = { session: id, device: "aa", agent: null, role: "user", text: "x", at, audio } as const;
  await addMessages(storage, Array(count).fill(said));
  const change = { actor: "a", action: "update", entity: "agent", subject: "old", detail: null, at: Math.floor(at) };
  await storage.db.insertInto("audit_log").values(Array(count).fill(change)).execute();
}
