import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { momentOf } from "../../../../host-server/tools/plugins/reminders/reminder-time.ts";
import type { Reach } from "../../../../host-server/tools/reach.ts";
import type { JsonObject } from "../../../../protocol/json.ts";
import { VirtualClock } from "../../../../simulator/clock.ts";
import { MOMENT, plugin } from "../../fakes/plugin.ts";
import { createWorld } from "../../fakes/world.ts";

const MINUTE = 60_000;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "reminders-"));
  after(() => rmSync(path, { recursive: true }));
  return path;
}

/** Devices as a test plays them: one that can be away, and has timers or not. */
class FakeReach implements Reach {
  isThere = true;
  hasTimers = false;
  fails = 0;
  readonly said: string[] = [];
  readonly calls: [tool: string, args: JsonObject][] = [];

  voiceOf(): ReturnType<Reach["voiceOf"]> {
    if (!this.isThere) return "offline";
    return async (text) => {
      if (this.fails-- > 0) throw new Error("busy");
      this.said.push(text);
    };
  }

  async callTool(_deviceId: string, tool: string, args: JsonObject) {
    this.calls.push([tool, args]);
    return this.hasTimers ? { text: "", isError: false, data: { success: true, id: 3 } } : undefined;
  }
}

function reminders(setting: { reach?: FakeReach; dataDirectory?: string; clock?: VirtualClock } = {}) {
  const { reach = new FakeReach(), dataDirectory = folder(), clock = new VirtualClock({ start: MOMENT }) } = setting;
  const own = plugin("set_reminder", { abilities: { reach }, dataDirectory, clock, timezoneMinutes: 60 });
  for (const { start } of own.made) start?.();
  const stop = () => {
    for (const made of own.made) made.stop?.();
  };
  return { ...own, reach, dataDirectory, clock, stop };
}

test("a reminder is said at its time, once", async () => {
  const { call, clock, reach } = reminders();
  const { data } = await call("set_reminder", { text: "call Anna", seconds: 600 });
  assert.deepEqual(data, {
    id: 1,
    text: "call Anna",
    date: "2026-11-22",
    weekday: "Sunday",
    time: "00:25",
    in_minutes: 10,
  });
  await clock.advance(599_000);
  assert.deepEqual(reach.said, []);
  await clock.advance(2_000);
  assert.deepEqual(reach.said, ["A reminder: call Anna."]);
  await clock.advance(60 * MINUTE);
  assert.equal(reach.said.length, 1);
  assert.deepEqual((await call("list_reminders")).data, { reminders: [] });
});

test("one whose device is away is told when it is back, in its language, and survives a restart", async () => {
  const first = reminders();
  await first.call("set_reminder", { text: "关火", time: "00:20" });
  await first.call("set_reminder", { time: "00:30", lang: "en_US" });
  first.stop();
  first.reach.isThere = false;
  await first.clock.advance(30 * MINUTE);
  const { reach, clock, dataDirectory } = reminders({ ...first, reach: first.reach });
  await clock.advance(10 * MINUTE);
  assert.deepEqual(reach.said, []);
  reach.isThere = true;
  await clock.advance(6_000);
  assert.deepEqual(reach.said.sort(), ["You missed your alarm at 00:30.", "你错过了00:20的提醒：关火。"].sort());
  assert.equal(readFileSync(join(dataDirectory, "reminders.json"), "utf8"), "[]");
});

test("one that cannot be said is tried again; after a week it is forgotten", async () => {
  const { call, clock, reach, dataDirectory, stop } = reminders();
  reach.fails = 2;
  await call("set_reminder", { text: "breathe", seconds: 60 });
  await clock.advance(2 * MINUTE);
  assert.deepEqual(reach.said, ["A reminder: breathe."]);
  await call("set_reminder", { text: "late", seconds: 60 });
  stop();
  const later = new VirtualClock({ start: MOMENT + 8 * 24 * 60 * MINUTE });
  const next = reminders({ reach, dataDirectory, clock: later });
  await later.advance(MINUTE);
  assert.equal(reach.said.length, 1);
  assert.deepEqual((await next.call("list_reminders")).data, { reminders: [] });
});

test("the device's own timer rings when nobody can say it, and not when it was said", async () => {
  const reach = new FakeReach();
  reach.hasTimers = true;
  const { call, clock } = reminders({ reach });
  await call("set_reminder", { text: "take the cake out of the oven, and the bread too", seconds: 600 });
  assert.deepEqual(reach.calls, [
    ["self.timer.set", { seconds: 620, label: "take the cake out of the oven, and the b" }],
  ]);
  await clock.advance(601_000);
  assert.deepEqual(reach.calls.at(-1), ["self.timer.cancel", { id: 3 }]);
});

test("reminders are listed and cancelled by words", async () => {
  const { call } = reminders();
  await call("set_reminder", { text: "Feed the cat", seconds: 3_600 });
  await call("set_reminder", { text: "feed the dog", seconds: 60 });
  const texts = async () => {
    const { data = {} } = await call("list_reminders");
    return (data["reminders"] as { text: string }[]).map(({ text }) => text);
  };
  assert.deepEqual(await texts(), ["feed the dog", "Feed the cat"]);
  await assert.rejects(call("cancel_reminder", { text: "feed" }), {
    message: "There are 2: feed the dog; Feed the cat. Which one?",
  });
  await call("cancel_reminder", { text: "cat" });
  assert.deepEqual(await texts(), ["feed the dog"]);
  await call("cancel_reminder");
  await assert.rejects(call("cancel_reminder"), { message: "There is no such reminder." });
});

test("what is no time is refused", async () => {
  const { call } = reminders();
  await assert.rejects(call("set_reminder", { text: "x" }), { message: "Expected either seconds or time." });
  for (const time of ["25:00", "noon", "2026-13-01 10:00", "7"]) {
    await assert.rejects(call("set_reminder", { time }), /^ToolError: time: expected 18:30/);
  }
  await assert.rejects(call("set_reminder", { time: "2026-11-20 10:00" }), { message: "2026-11-20 10:00 is over" });
});

test("a time of day is the next one, in every zone", () => {
  const zones = fc.integer({ min: -14 * 60, max: 14 * 60 });
  const minutes = fc.integer({ min: 0, max: 24 * 60 - 1 });
  fc.assert(
    fc.property(zones, minutes, fc.integer({ min: 0, max: 4e12 }), (zone, ofDay, now) => {
      const time = `${Math.floor(ofDay / 60)}:${String(ofDay % 60).padStart(2, "0")}`;
      const at = momentOf(time, now, zone);
      assert.ok(at > now && at <= now + 24 * 60 * MINUTE);
      assert.equal(new Date(at + zone * MINUTE).toISOString().slice(11, 16), time.padStart(5, "0"));
    }),
  );
});

test("a damaged file is put aside", async () => {
  const dataDirectory = folder();
  writeFileSync(join(dataDirectory, "reminders.json"), '[{"id":');
  const { call } = reminders({ dataDirectory });
  assert.deepEqual((await call("list_reminders")).data, { reminders: [] });
  assert.equal(readFileSync(join(dataDirectory, "reminders.json.damaged"), "utf8"), '[{"id":');
});

test("a server says a reminder through the device that asked for it", async () => {
  const call = { id: "1", name: "set_reminder", arguments: { text: "drink some tea", seconds: 30 } };
  const rounds = [[{ type: "tool-call" as const, call }], "I will."];
  const { connect, clock, server } = createWorld({ rounds }, { XIAOZHI_SERVER_DISCOVERY: "false" }, folder());
  await server.start();
  after(() => server.stop());
  const device = await connect();
  device.detect("remind me to drink some tea in half a minute");
  await clock.advance(40_000);
  assert.deepEqual(
    device.trace.filter((line) => line.startsWith("sentence")),
    ["sentence I will", "sentence A reminder: drink some tea"],
  );
});

const KITCHEN = "aa:bb:cc:dd:ee:01";
const ATTIC = "aa:bb:cc:dd:ee:02";

test("an announcement is said by other devices, with a result for each", async () => {
  const said: string[] = [];
  const reach: Reach = {
    voiceOf: (id) => (id === ATTIC ? "offline" : async (text) => void said.push(`${id} ${text}`)),
    callTool: async () => undefined,
  };
  const settings = { devices: { Kitchen: "AA-BB-CC-DD-EE-01", attic: ATTIC, here: "112233445566" } };
  const { run, tool } = plugin("announce", { abilities: { reach }, settings });
  assert.match(tool?.description ?? "", /Devices: Kitchen, attic, here\.$/);
  const all = await run({ message: "Dinner is ready." });
  assert.deepEqual([all.data, all.isError], [{ results: { Kitchen: "said", attic: "offline" } }, false]);
  assert.deepEqual(said, [`${KITCHEN} Dinner is ready.`], "not by the device that was asked");
  const some = await run({ message: "Come down.", devices: ["attic", "cellar"] });
  assert.deepEqual([some.data, some.isError], [{ results: { attic: "offline", cellar: "unknown" } }, true]);
});

test("an announcement that has to wait does not keep the user waiting", async () => {
  const reach: Reach = {
    voiceOf: () => () => new Promise(() => {}),
    callTool: async () => undefined,
  };
  const { run, clock } = plugin("announce", { abilities: { reach }, settings: { devices: { kitchen: KITCHEN } } });
  const announcing = run({ message: "Dinner is ready.", devices: ["everyone"] });
  await clock.advance(12_000);
  assert.deepEqual((await announcing).data, { results: { kitchen: "waiting" } });
  assert.ok(
    !plugin("announce", { abilities: { reach } }).isOffered,
    "where no device has a name there is nobody to tell",
  );
});
