import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { toneFrames } from "../firmware/scripted-server.ts";
import { createWorldOn, TRANSPORTS, type World } from "../firmware/transports.ts";

const DAY_MS = 24 * 3_600_000;
const CONVERSATIONS = 50;
const TURNS = 10;
/** The first conversations fill what is made once: codecs, buffers, keys. */
const WARM_UP = 8;
/** What two looks at the same state may differ by. */
const NOISE = { slots: 64, chunkBytes: 4096, keys: 0, timers: 2, sockets: 0, nativeBytes: 8 * 1024 * 1024 };

setFlagsFromString("--expose-gc");
const collectNodeGarbage: () => void = runInNewContext("gc");

function call({ server }: World, id: number, name: string, args: object): void {
  const params = { name, arguments: args };
  server.send({ type: "mcp", payload: { jsonrpc: "2.0", id, method: "tools/call", params } });
}

/** Speech up, tools, an answer down, and a click into every fifth answer. */
async function turn(world: World, n: number): Promise<void> {
  const { clock, server, device } = world;
  await clock.advance(1500);
  server.send({ type: "stt", text: "set the volume", session_id: "s1" });
  server.send({ type: "tts", state: "start", session_id: "s1" });
  call(world, n + 1, "self.audio_speaker.set_volume", { volume: 20 + (n % 81) });
  call(world, n + 2, "self.get_device_status", {});
  server.send({ type: "tts", state: "sentence_start", text: "The volume is now …", session_id: "s1" });
  const stopSpeaking = server.speak(toneFrames(1200));
  await clock.advance(600);
  if (n % 5 === 4) {
    device.click();
    await clock.advance(50);
    stopSpeaking();
  }
  await clock.advance(1000);
  server.send({ type: "tts", state: "stop", session_id: "s1" });
  await clock.run(device.reached("listening"));
  await clock.advance(200);
}

/** Four ways in which a conversation ends. */
async function end(world: World, n: number): Promise<void> {
  const { clock, network, server, device } = world;
  if (n % 4 === 0) device.click();
  else if (n % 4 === 1) {
    if ("mqtt" in server) server.send({ type: "goodbye", session_id: "s1" });
    else server.close();
  } else if (n % 4 === 2) network.cut({ port: "mqtt" in server ? 1883 : 8000 });
  else delete device.hardware.status.IP;
  await clock.run(device.reached("idle"));
  device.hardware.status.IP = "10.0.0.2";
}

async function conversation(world: World, n: number): Promise<void> {
  const { clock, device } = world;
  if (n % 2 === 0) device.click();
  else device.wake();
  await clock.run(device.reached("listening"));
  await clock.advance(100);
  for (let at = 0; at < TURNS; at++) await turn(world, n * TURNS + at);
  if (n % 3 === 0) call(world, 9000 + n, "self.timer.set", { seconds: 60, label: "tea" });
  await clock.advance(100);
  await end(world, n);
  if (n % 3 !== 0) return;
  await clock.advance(65_000);
  // It rings; this silences it.
  device.click();
}

/** What a device at rest holds, after its garbage is gone. */
function look({ device, clock, network }: World) {
  device.collectGarbage();
  collectNodeGarbage();
  const { slots = 0, chunkBytes = 0, keys = 0 } = device.stats.heap ?? {};
  // What the process has beside the heap of Node: the engine, codecs, sockets.
  const { rss, heapTotal } = process.memoryUsage();
  return { slots, chunkBytes, keys, timers: clock.pending, sockets: network.connections, nativeBytes: rss - heapTotal };
}

function report(context: TestContext, { device }: World, first: object, last: object): void {
  const { heap, traffic } = device.stats;
  context.diagnostic(`held after ${WARM_UP} conversations ${JSON.stringify(first)}`);
  context.diagnostic(`held at the end of the day         ${JSON.stringify(last)}`);
  context.diagnostic(
    `peak above the baseline ${heap?.slotsPeakAboveBaseline} slots, ${heap?.chunkPeakAboveBaselineBytes} bytes; ` +
      `stack peak ${heap?.stackPeakSlots} of ${heap?.stackSlots} slots; ${traffic.opened} sockets opened`,
  );
}

for (const transport of TRANSPORTS) {
  test(`${transport}: a day with ${CONVERSATIONS * TURNS} turns: nothing that the device holds grows`, async (context) => {
    const world = await createWorldOn(transport);
    const { clock, server, device, lines, states } = world;
    await world.boot();
    const startedAt = clock.now();
    const looks: ReturnType<typeof look>[] = [];
    for (let n = 0; n < CONVERSATIONS; n++) {
      await conversation(world, n);
      await clock.advance(Math.max(0, startedAt + ((n + 1) * DAY_MS) / CONVERSATIONS - clock.now()));
      assert.equal(device.state, "idle");
      looks.push(look(world));
      for (const kept of [server.messages, server.frames, lines, states]) kept.length = 0;
      if ("mqtt" in server) server.mqtt.published.length = 0;
      server.trace.clear();
      device.speaker.clear();
    }
    const first = looks[WARM_UP];
    const last = looks.at(-1);
    assert.ok(first && last);
    report(context, world, first, last);
    for (const [what, noise] of Object.entries(NOISE) as [keyof typeof NOISE, number][]) {
      assert.ok(last[what] - first[what] <= noise, `${what}: ${first[what]} at first, ${last[what]} at the end`);
    }
    assert.equal(device.stats.crashes, 0);
    assert.equal(device.stats.starts, 1);
    device.close();
  });
}
