import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../../simulator/clock.ts";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { loadFirmware } from "../../simulator/firmware.ts";
import { ScriptedServer } from "./scripted-server.ts";
import { createWorld } from "./world.ts";

/** A board whose maker lets an exception out of a timer, five seconds after each start. */
const FAULTY_BOARD = {
  specifier: "board",
  path: "board.ts",
  source: `import Timer from "timer";
function failLater() {
  Timer.set(() => { throw new RangeError("the servo is stuck " + "x".repeat(3000)); }, 5000);
  return { set() {} };
}
export default Object.freeze({
  name: "faulty", chip: "simulator", backlight: Object.freeze({ create: failLater }),
});
`,
};

async function faultyWorld() {
  const { otaUrl } = new ScriptedServer(new VirtualClock());
  const store = new MemoryStore();
  const firmware = loadFirmware({ config: { otaUrl }, modules: [FAULTY_BOARD] });
  const world = await createWorld({ firmware, store });
  await world.boot();
  return { ...world, store };
}

const NOTE = JSON.stringify({ reason: "unhandled exception", error: "TypeError: x", uptime_ms: 5 });

test("a note of the last crash is in the log and in the version check, once", async () => {
  const store = new MemoryStore();
  store.set("crash", "note", { format: "string", value: NOTE });
  const { clock, server, device, lines, boot } = await createWorld({ store });
  await boot();
  assert.deepEqual(server.otaRequests[0]?.body["last_crash"], JSON.parse(NOTE));
  assert.ok(lines.some((line) => line.startsWith("error previous run ended") && line.includes("TypeError: x")));
  assert.equal(store.get("crash", "note")?.value, "");
  device.restart();
  await clock.run(device.reached("idle"));
  assert.equal("last_crash" in (server.otaRequests[1]?.body ?? {}), false);
});

test("until a server has answered, the note stays", async () => {
  const store = new MemoryStore();
  store.set("crash", "note", { format: "string", value: NOTE });
  const { clock, server, device } = await createWorld({ store });
  const { body } = server.ota;
  server.ota = { status: 500, body: "" };
  device.start();
  await clock.advance(5000);
  assert.equal(store.get("crash", "note")?.value, NOTE);
  server.ota = { status: 200, body };
  await clock.run(device.reached("idle"));
  assert.equal(server.otaRequests.length, 2);
  assert.deepEqual(server.otaRequests[1]?.body["last_crash"], JSON.parse(NOTE));
  assert.equal(store.get("crash", "note")?.value, "");
});

for (const broken of ["{", "7", '"text"']) {
  test(`a note that is none (${broken}) is named and forgotten`, async () => {
    const store = new MemoryStore();
    store.set("crash", "note", { format: "string", value: broken });
    const { server, lines, boot } = await createWorld({ store });
    await boot();
    assert.equal("last_crash" in (server.otaRequests[0]?.body ?? {}), false);
    assert.ok(lines.some((line) => line.includes("crash note unreadable")));
    assert.equal(store.get("crash", "note")?.value, "");
  });
}

test("an exception that nobody catches leaves a note of what, where and when; the device restarts and tells", async () => {
  const { clock, server, device } = await faultyWorld();
  await clock.run(device.reached("off"));
  await clock.run(device.reached("idle"));
  assert.equal(device.stats.crashes, 1);
  const note = server.otaRequests[1]?.body["last_crash"] as Record<string, unknown>;
  assert.equal(note["reason"], "unhandled exception");
  assert.match(String(note["error"]), /^RangeError: the servo is stuck x+$/);
  assert.match(String(note["stack"]), /board\.ts:3/);
  assert.ok(Number(note["uptime_ms"]) >= 5000 && Number(note["uptime_ms"]) < 6000);
  assert.ok(JSON.stringify(note).length < 700);
});

test("a device that crashes again and again keeps the first note until it was told", async () => {
  const { clock, server, device, store } = await faultyWorld();
  const { body } = server.ota;
  server.ota = { status: 500, body: "" };
  await clock.run(device.reached("off"));
  const first = store.get("crash", "note")?.value;
  assert.ok(first);
  await clock.advance(30_000);
  assert.ok(device.stats.crashes >= 3);
  assert.equal(store.get("crash", "note")?.value, first);
  server.ota = { status: 200, body };
  await clock.advance(30_000);
  assert.ok(server.otaRequests.some(({ body }) => JSON.stringify(body["last_crash"]) === first));
});
