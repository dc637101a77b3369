import assert from "node:assert/strict";
import { test } from "node:test";
import { Alarms } from "../../modules/alarms/alarms.ts";
import { VirtualClock } from "../../simulator/clock.ts";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { toneFrames } from "./scripted-server.ts";
import { createWorld } from "./world.ts";

const MINUTE_MS = 60_000;

type Answer = { result?: { structuredContent: Record<string, unknown> }; error?: { code: number; message: string } };

/** A device that has talked and gone back to rest, with its tools in reach while it talks. */
async function talking(options: Parameters<typeof createWorld>[0] = {}) {
  const store = new MemoryStore();
  const world = await createWorld({ store, ...options });
  await world.boot();
  await world.listen();
  let id = 0;
  const call = async (name: string, args: object = {}): Promise<Answer> => {
    const payload = { jsonrpc: "2.0", id: ++id, method: "tools/call", params: { name, arguments: args } };
    world.server.send({ type: "mcp", payload });
    await world.clock.advance(50);
    return world.server.messages.findLast(({ type }) => type === "mcp")?.["payload"] as Answer;
  };
  const hangUp = async () => {
    world.device.click();
    await world.clock.run(world.device.reached("idle"));
    await world.clock.advance(200);
  };
  const rings = () => world.lines.filter((line) => line.includes("alert text=Timer"));
  const isHeard = async () => {
    world.device.speaker.clear();
    await world.clock.advance(1500);
    return world.device.speaker.firstAudibleAt !== undefined;
  };
  return { ...world, store, call, hangUp, rings, isHeard };
}

test("a timer rings after its time, without a server, until a click, and then no more", async () => {
  const { clock, network, device, call, hangUp, rings, isHeard } = await talking();
  const { result } = await call("self.timer.set", { seconds: 120, label: "tea" });
  assert.equal(result?.structuredContent["id"], 1);
  assert.equal(result?.structuredContent["rings_in_seconds"], 120);
  await hangUp();
  network.refuse("server.test", 8000);
  await clock.advance(118_000);
  assert.deepEqual(rings(), []);
  assert.equal(await isHeard(), false);
  await clock.advance(1000);
  assert.deepEqual(rings(), ["warn alert text=Timer: tea"]);
  assert.equal(await isHeard(), true);
  device.click();
  await clock.advance(300);
  assert.equal(device.state, "idle", "the click only ends the ringing");
  assert.equal(await isHeard(), false);
  await clock.advance(20 * MINUTE_MS);
  assert.equal(rings().length, 1);
});

test("holding the button ends the ringing, too", async () => {
  const { clock, device, call, hangUp, isHeard } = await talking();
  await call("self.timer.set", { seconds: 5 });
  await hangUp();
  await clock.advance(6000);
  device.press();
  await clock.advance(600);
  device.release();
  assert.equal(device.state, "idle");
  assert.equal(await isHeard(), false);
});

test("a held button that ends the ringing does not end what the user is saying", async () => {
  const { clock, server, device, call } = await talking();
  await call("self.timer.set", { seconds: 2 });
  await clock.advance(3000);
  device.press();
  await clock.advance(600);
  device.release();
  await clock.advance(100);
  assert.equal(device.state, "listening");
  assert.equal(server.log.includes("listen stop"), false);
});

test("nobody comes: the ringing ends after 15 minutes, and the timer is forgotten", async () => {
  // Without a device: a quarter of an hour of sound takes long to play.
  const clock = new VirtualClock();
  const kept = { alarms: "", timezoneOffset: 0 };
  const heard: string[] = [];
  const bell = { ring: () => heard.push("ring"), silence: () => heard.push("silence") };
  const alarms = new Alarms({ clock, kept, bell, onRing: (label) => heard.push(label) });
  alarms.start();
  alarms.countDown(10, "tea");
  await clock.advance(10_000 + 14 * MINUTE_MS);
  assert.deepEqual(heard, ["ring", "tea"]);
  assert.notEqual(kept.alarms, "");
  await clock.advance(MINUTE_MS);
  assert.deepEqual(heard, ["ring", "tea", "silence"]);
  assert.equal(kept.alarms, "");
  assert.equal(alarms.silence(), false, "nothing rings any more");
});

test("an alarm goes by local time", async () => {
  const { clock, call, hangUp, rings } = await talking();
  const local = new Date(clock.now() + 480 * MINUTE_MS + 5 * MINUTE_MS).toISOString().slice(11, 16);
  const { result } = await call("self.timer.set", { time: local });
  assert.equal(result?.structuredContent["kind"], "alarm");
  assert.equal(result?.structuredContent["time"], local);
  await hangUp();
  await clock.advance(3 * MINUTE_MS);
  assert.equal(rings().length, 0);
  await clock.advance(2 * MINUTE_MS + 1000);
  assert.deepEqual(rings(), ["warn alert text=Timer"]);
});

test("timers are listed and cancelled by id; a free id is used again", async () => {
  const { clock, call, hangUp, rings } = await talking();
  await call("self.timer.set", { seconds: 60, label: "a" });
  await call("self.timer.set", { seconds: 90, label: "b" });
  const list = async () => (await call("self.timer.list")).result?.structuredContent["timers"] as { id: number }[];
  assert.deepEqual(
    (await list()).map(({ id }) => id),
    [1, 2],
  );
  await call("self.timer.cancel", { id: 1 });
  assert.match((await call("self.timer.cancel", { id: 1 })).error?.message ?? "", /There is no timer 1/);
  assert.equal((await call("self.timer.set", { seconds: 200 })).result?.structuredContent["id"], 1);
  await hangUp();
  await clock.advance(100_000);
  assert.deepEqual(rings(), ["warn alert text=Timer: b"]);
});

test("a call that says nothing, both, or nonsense is refused; so is the eleventh timer", async () => {
  const { call } = await talking();
  const message = async (args: object) => (await call("self.timer.set", args)).error?.message ?? "";
  assert.match(await message({}), /either seconds or time/);
  assert.match(await message({ seconds: 5, time: "07:00" }), /either seconds or time/);
  assert.match(await message({ time: "late" }), /time of day such as 07:30, got "late"/);
  assert.match(await message({ seconds: -1 }), /below minimum/);
  for (let n = 0; n < 10; n++) assert.equal(await message({ seconds: 1000 }), "");
  assert.match(await message({ seconds: 1000 }), /10 timers already/);
});

test("a timer survives a restart; one that came due meanwhile rings at once", async () => {
  const { clock, device, call, rings, hangUp } = await talking();
  await call("self.timer.set", { seconds: 100, label: "soon" });
  await hangUp();
  device.restart();
  await clock.run(device.reached("idle"));
  await clock.advance(90_000);
  assert.equal(rings().length, 0);
  await clock.advance(11_000);
  assert.deepEqual(rings(), ["warn alert text=Timer: soon"]);
  device.restart();
  await clock.run(device.reached("idle"));
  await clock.advance(500);
  assert.equal(rings().length, 2, "a restart does not silence what nobody has heard");
});

test("a device that lost its clock keeps its timers until a server tells the time", async () => {
  const first = await talking();
  await first.call("self.timer.set", { seconds: 600, label: "later" });
  const at = first.clock.now() + 600_000;
  first.device.close();
  const world = await createWorld({ store: first.store });
  const { clock, server, device, lines } = world;
  const rings = () => lines.filter((line) => line.includes("alert text=Timer"));
  server.ota = { status: 500, body: "" };
  device.start();
  await clock.advance(5000);
  assert.equal(rings().length, 0);
  const server_time = { timestamp: at - 120_000 };
  server.ota = { status: 200, body: JSON.stringify({ server_time }) };
  await clock.advance(6000);
  assert.equal(rings().length, 0);
  await clock.advance(125_000);
  assert.deepEqual(rings(), ["warn alert text=Timer: later"]);
});

test("what was missed by more than 15 minutes is not rung, and the log says so", async () => {
  const store = new MemoryStore();
  const alarm = { id: 1, at: Date.UTC(2025, 0, 1), kind: "alarm", label: "old" };
  store.set("alarms", "list", { format: "string", value: JSON.stringify([alarm]) });
  const { lines, boot, clock } = await createWorld({ store });
  await boot();
  await clock.advance(1000);
  assert.ok(lines.some((line) => line.includes("timers missed count=1")));
  assert.equal(store.get("alarms", "list")?.value, "");
});

test("when the clock is set, timers count on as before, and alarms go by the new time", async () => {
  const { clock, server, device, lines } = await createWorld({ store: withServer() });
  const { body } = server.ota;
  server.ota = { status: 500, body: "" };
  device.start();
  await clock.run(device.reached("idle"));
  device.click();
  await clock.run(device.reached("listening"));
  const set = { name: "self.timer.set", arguments: { seconds: 60 } };
  server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 1, method: "tools/call", params: set } });
  await clock.advance(100);
  const from = clock.now();
  const early = { name: "self.timer.set", arguments: { time: "07:00" } };
  server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 2, method: "tools/call", params: early } });
  await clock.advance(100);
  const refused = server.messages.at(-1)?.["payload"] as Answer;
  assert.match(refused.error?.message ?? "", /does not know the time yet/);
  server.ota = { status: 200, body };
  await clock.advance(20_000);
  assert.ok(server.otaRequests.length >= 2, "the clock was set from 1970 to now");
  const rings = () => lines.filter((line) => line.includes("alert text=Timer"));
  await clock.advance(58_000 - (clock.now() - from));
  assert.equal(rings().length, 0);
  await clock.advance(3000);
  assert.equal(rings().length, 1);
});

test("an answer goes on under the ringing, turned down", async () => {
  const { clock, server, device, call } = await talking();
  await call("self.timer.set", { seconds: 2 });
  await clock.advance(1500);
  server.send({ type: "tts", state: "start", session_id: "s1" });
  server.speak(toneFrames(3000));
  await clock.advance(300);
  device.speaker.clear();
  device.speaker.record();
  await clock.advance(100);
  const before = peak(device.speaker.recording());
  // Between the beeps, 650 to 950 ms into each second of ringing.
  await clock.advance(750);
  device.speaker.clear();
  device.speaker.record();
  await clock.advance(120);
  const under = peak(device.speaker.recording());
  assert.ok(under > 0 && under < before * 0.5, `${before} before, ${under} under the bell`);
  assert.equal(device.state, "speaking");
});

test("a muted device rings all the same, and is muted again afterwards", async () => {
  const { clock, device, call, hangUp, isHeard } = await talking();
  await call("self.audio_speaker.set_volume", { volume: 0 });
  await call("self.timer.set", { seconds: 5 });
  await hangUp();
  await clock.advance(6000);
  assert.equal(await isHeard(), true);
  device.click();
  await clock.advance(300);
  assert.equal(await isHeard(), false);
});

function peak(samples: Int16Array): number {
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}

function withServer(): MemoryStore {
  const store = new MemoryStore();
  store.set("websocket", "url", { format: "string", value: "ws://server.test:8000/xiaozhi/v1/" });
  return store;
}
