import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../../simulator/clock.ts";
import { type ConversationError, converse } from "../../simulator/conversation.ts";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { type DeviceOptions, VirtualDevice } from "../../simulator/device.ts";
import { MemoryNetwork } from "../../simulator/memory-network.ts";
import { EchoServer } from "./echo-server.ts";
import { program } from "./twins/program.ts";

async function world(seed = 1, options: Partial<DeviceOptions> = {}) {
  const clock = new VirtualClock({ seed });
  const network = new MemoryNetwork({ clock, seed, delayMs: [5, 25] });
  const server = new EchoServer(clock);
  await server.join(network);
  const states: string[] = [];
  const lines: string[] = [];
  const config = { otaUrl: server.otaUrl };
  const onState = (state: string) => states.push(state);
  const onLog = ({ level, text }: { level: string; text: string }) => lines.push(`${level} ${text}`);
  const device = new VirtualDevice({ clock, network, seed, config, onState, onLog, ...options });
  return { clock, network, server, device, states, lines };
}

function tone(ms: number): Int16Array {
  return Int16Array.from({ length: 16 * ms }, (_, i) => 9000 * Math.sin((2 * Math.PI * 300 * i) / 16000));
}

test("the project's firmware boots, is clicked, hears, and its answer is heard", async () => {
  const { clock, device, server, states, lines } = await world();
  device.start();
  const exchange = await clock.run(converse(device, { pcm: tone(1500), sampleRate: 16000 }));
  assert.deepEqual(states, ["starting", "activating", "idle", "connecting", "listening", "speaking", "listening"]);
  assert.ok(exchange.audibleMs > 1300 && exchange.audibleMs < 1700, `${exchange.audibleMs} ms were audible`);
  assert.ok(exchange.latencyMs !== undefined && exchange.latencyMs > 500, `${exchange.latencyMs}`);
  assert.equal(exchange.underruns, 0);
  assert.equal(exchange.answer.sampleRate, 24000);
  assert.equal(server.otaRequests[0]?.body["mac_address"], device.mac.toLowerCase());
  assert.equal(server.otaRequests[0]?.headers["device-id"], device.mac.toLowerCase());
  assert.deepEqual(
    lines.filter((line) => line.startsWith("error")),
    [],
  );
  const { heap, traffic, crashes, starts } = device.stats;
  assert.deepEqual([crashes, starts], [0, 1]);
  assert.ok(traffic.sentBytes > 2000 && traffic.receivedBytes > 2000, JSON.stringify(traffic));
  assert.ok(heap && heap.slotsPeakAboveBaseline > 0);
  device.click();
  await clock.run(device.reached("idle"));
  await clock.advance(2000);
  assert.equal(server.sockets, 0);
  device.close();
});

test("the same seed gives the same conversation, to the millisecond and the byte", async () => {
  const records: string[] = [];
  for (const seed of [3, 3, 4]) {
    const { clock, device, states } = await world(seed);
    device.start();
    const { answer, latencyMs } = await clock.run(converse(device, { pcm: tone(1000), sampleRate: 16000 }));
    const { traffic } = device.stats;
    records.push(
      JSON.stringify([states, latencyMs, traffic, device.mac, clock.now(), [...answer.pcm.subarray(-5000)]]),
    );
    device.close();
  }
  assert.equal(records[0], records[1]);
  assert.notEqual(records[0], records[2]);
});

test("a restart finds the settings; a device without a server becomes ready with what it knows", async () => {
  const store = new MemoryStore();
  const { clock, device, network, server } = await world(1, { store });
  device.start();
  await clock.run(device.reached("idle"));
  const clientId = server.otaRequests[0]?.body["uuid"];
  network.refuse("server.test", 8002);
  device.restart();
  assert.notEqual(device.state, "idle");
  await clock.run(device.reached("idle"));
  assert.equal(server.otaRequests.length, 1);
  network.cut();
  device.close();
  const other = await world(9, { store, mac: device.mac });
  other.device.start();
  await other.clock.run(other.device.reached("idle"));
  assert.equal(other.server.otaRequests[0]?.body["uuid"], clientId);
  other.device.close();
});

test("a lost connection ends the conversation, and the next click begins another", async () => {
  const { clock, device, network } = await world();
  device.start();
  const talk = converse(device, { pcm: tone(800), sampleRate: 16000 });
  await clock.run(device.reached("speaking"));
  assert.ok(network.cut({ port: 8000 }) > 0);
  await clock.run(device.reached("idle"));
  await clock.run(talk);
  const again = await clock.run(converse(device, { pcm: tone(800), sampleRate: 16000 }));
  assert.ok(again.audibleMs > 600);
  device.close();
});

test("a server that is never there is told apart from one that does not answer", async () => {
  const clock = new VirtualClock();
  const alone = new VirtualDevice({ clock, network: new MemoryNetwork({ clock }), config: { otaUrl: "http://none/" } });
  alone.start();
  const speech = { pcm: tone(500), sampleRate: 16000 };
  await assert.rejects(clock.run(converse(alone, speech, { timeoutMs: 5000 })), (error: ConversationError) => {
    assert.equal(error.code, "not-ready");
    assert.match(error.message, /it is activating/);
    return true;
  });
  alone.close();
  const { clock: time, device, network } = await world();
  device.start();
  await time.run(device.reached("idle"));
  device.click();
  await time.run(device.reached("listening"));
  network.stall({ port: 8000 });
  await assert.rejects(time.run(converse(device, speech, { timeoutMs: 4000 })), { code: "no-answer" });
  device.close();
});

test("a device that runs out of memory says so, reboots, and leaves the others alone", async () => {
  const main = `import Timer from "timer";
    export default () => {
      say("up");
      let kept;
      Timer.set(() => { for (;;) kept = { kept }; }, 100);
    };`;
  const full = program(main, { reboots: true });
  const other = program(
    `import Timer from "timer";
    export default () => { Timer.repeat(() => say("tick"), 1000); };`,
    { clock: full.clock, network: full.network },
  );
  full.device.start();
  other.device.start();
  await full.clock.advance(1450);
  assert.deepEqual(full.said, ["up", "up", "up"]);
  assert.equal(full.device.stats.crashes, 2);
  assert.equal((full.device.failure as { code?: string }).code, "out-of-slots");
  assert.match(full.errors[0]!, /out of slots: 4096 allowed/);
  assert.match(full.errors[0]!, /main\.ts/);
  assert.deepEqual(other.said, ["tick"]);
  full.device.close();
  other.device.close();
});

test("a program that throws at its start crashes the device; a missing module is the caller's error", () => {
  const failing = program(`export default () => { throw new RangeError("at the start"); };`);
  failing.device.start();
  assert.equal(failing.device.stats.crashes, 1);
  assert.match(failing.errors[0]!, /RangeError: at the start/);
  const broken = program(`import Missing from "piu/MC"; export default () => Missing;`);
  assert.throws(() => broken.device.start(), { code: "module-missing", message: /piu\/MC/ });
});

test("a closed device does nothing any more and cannot be started", async () => {
  const { clock, device } = await world();
  device.start();
  await clock.run(device.reached("idle"));
  device.close();
  const pending = clock.pending;
  await clock.advance(60_000);
  assert.equal(device.state, "off");
  assert.ok(clock.pending <= pending);
  assert.throws(() => device.start(), { code: "closed" });
  assert.ok(device.stats.heap);
});
