import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ServerAbilities } from "../../../host-server/tools/built-in-plugins.ts";
import type { CallDevice } from "../../../host-server/tools/plugins/call-device.ts";
import { plugin } from "../fakes/plugin.ts";

test("the time is that of the devices' place", async () => {
  const london = await plugin("get_time").run();
  assert.deepEqual(london.data, { date: "2026-11-21", weekday: "Saturday", time: "23:15", utc_offset: "+00:00" });
  assert.equal(london.text, JSON.stringify(london.data));
  const beijing = await plugin("get_time", { timezoneMinutes: 480 }).run();
  assert.deepEqual(beijing.data, { date: "2026-11-22", weekday: "Sunday", time: "07:15", utc_offset: "+08:00" });
  const newfoundland = await plugin("get_time", { timezoneMinutes: -210 }).run();
  assert.equal(newfoundland.data?.["utc_offset"], "-03:30");
});

test("the lunar calendar of today and of any day", async () => {
  const { data } = await plugin("get_lunar", { timezoneMinutes: 480 }).run();
  assert.deepEqual([data?.["date"], data?.["lunar_date"]], ["2026-11-22", "二〇二六年十月十四"]);
  assert.equal(data?.["zodiac"], "马 (Horse)");
  assert.deepEqual(data?.["solar_terms"], {
    today: "小雪 (Minor Snow)",
    previous: "小雪 (Minor Snow) 2026-11-22",
    next: "大雪 (Major Snow) 2026-12-07",
  });
  const spring = (await plugin("get_lunar").run({ date: "2024-02-10" })).data;
  assert.equal(spring?.["lunar_date"], "二〇二四年正月初一");
  assert.equal(spring?.["ganzhi"], "甲辰年 丙寅月 甲辰日");
  assert.match(JSON.stringify(spring?.["festivals"]), /春节/);
});

test("a question about the calendar gets its part alone", async () => {
  const { run } = plugin("get_lunar");
  const keys = async (query: string) => Object.keys((await run({ query })).data ?? {}).slice(2);
  assert.deepEqual(await keys("今天是什么节气"), ["solar_terms"]);
  assert.deepEqual(await keys("which zodiac animal"), ["zodiac"]);
  assert.ok((await keys("tell me everything")).length > 5);
});

test("a day that there is not is refused, and no text breaks the calendar", async () => {
  const { run } = plugin("get_lunar");
  for (const date of ["2026-02-30", "tomorrow", "1-1-1", "2026-13-01"]) {
    await assert.rejects(run({ date }), /^ToolError: date: expected a day as YYYY-MM-DD/);
  }
  const day = fc.date({ min: new Date("1600-01-01"), max: new Date("9000-01-01"), noInvalidDate: true });
  await fc.assert(
    fc.asyncProperty(day, async (date) => {
      const { data } = await run({ date: date.toISOString().slice(0, 10) });
      assert.match(String(data?.["zodiac"]), /^. \([A-Z][a-z]+\)$/);
      assert.ok(!JSON.stringify(data?.["solar_terms"]).includes("undefined"));
    }),
    { numRuns: 50 },
  );
});

test("a role changes who the model is, in the user's language", async () => {
  const settings = { roles: { pirate: "You are {name}, a pirate." } };
  const { run, prompts } = plugin("change_role", { settings, abilities: { agents: { chef: "You cook." } } });
  assert.equal(
    (await run({ role: "english teacher", role_name: "Lily" })).reply,
    "All right, I am Lily, your english teacher, from now on.",
  );
  assert.match(prompts[0] ?? "", /^You are Lily, a patient English teacher/);
  assert.equal((await run({ role: "好奇小男孩" })).reply, "好的，我现在是好奇小男孩小智。");
  assert.match(prompts[1] ?? "", /^You are 小智, an eight-year-old boy/);
  await run({ role: "pirate", role_name: "$& Bill" });
  assert.match(prompts[2] ?? "", /^You are \$& Bill, a pirate\.\nYour words are spoken aloud/);
  await run({ role: "Chef" });
  assert.match(prompts[3] ?? "", /^You cook\.\n/);
  const { text, isError } = await run({ role: "king" });
  assert.ok(isError);
  assert.match(text, /no role "king"\. The roles are: chef, pirate, English teacher \/ 英语老师/);
});

test("settings of a plugin that are wrong are told of by key and value", () => {
  assert.throws(() => plugin("change_role", { settings: { roles: { x: 1 }, y: 2 } }), {
    name: "ConfigError",
    message:
      "config-invalid: plugins.change_role.roles.x: expected string, got 1\nconfig-invalid: plugins.change_role.y: unknown key",
  });
  assert.throws(() => plugin("call_device", { settings: { contacts: { kitchen: "there" } } }), {
    message: 'config-invalid: plugins.call_device.contacts.kitchen: expected a MAC address, got "there"',
  });
});

test("a device calls another one by the name that its users know", async () => {
  const calls: Parameters<CallDevice>[0][] = [];
  const status: { now: "pending" | "offline" } = { now: "pending" };
  const abilities: ServerAbilities = {
    callDevice: async (call) => {
      calls.push(call);
      return { status: status.now };
    },
  };
  const settings = { contacts: { Kitchen: "AA-BB-CC-DD-EE-FF", "living room": "11:22:33:44:55:66" } };
  const { run, tool } = plugin("call_device", { settings, abilities });
  assert.match(tool?.description ?? "", /Devices: Kitchen, living room\./);
  assert.deepEqual(await run({ nickname: "kitchen" }), { text: "Calling Kitchen.", reply: "", isError: false });
  assert.deepEqual(calls, [
    { callerMac: "11:22:33:44:55:66", targetMac: "aa:bb:cc:dd:ee:ff", callerNickname: "living room" },
  ]);
  status.now = "offline";
  assert.deepEqual(await run({ nickname: "Kitchen" }), { text: "Kitchen cannot be reached now.", isError: true });
  assert.equal((await run({ nickname: "attic" })).text, 'There is no device "attic" to call.');
});

test("calling is offered only where there is a gateway and somebody to call", () => {
  const settings = { contacts: { kitchen: "aa:bb:cc:dd:ee:ff" } };
  const abilities: ServerAbilities = { callDevice: async () => ({ status: "offline" }) };
  assert.ok(plugin("call_device", { settings, abilities }).isOffered);
  assert.ok(!plugin("call_device", { settings }).isOffered);
  assert.ok(!plugin("call_device", { abilities }).isOffered);
});
