import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { silence } from "../host-server/fakes/device.ts";
import { FakeAudioSocket } from "../host-server/fakes/mqtt.ts";
import { createMqttWorld } from "../host-server/fakes/mqtt-world.ts";

const SESSIONS = 100_000;
/** Of the whole server, after the first tenth of the sessions. */
const MAX_GROWTH_BYTES = 4 * 1024 * 1024;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test("100,000 sessions over MQTT, each opened and left in another way, leave nothing behind", async () => {
  const { login, clock, server, log, stop } = createMqttWorld();
  let device = await login();
  let before = 0;
  for (let count = 0; count < SESSIONS; count++) {
    device.hello();
    await clock.advance(2);
    const hello = device.of("hello").at(-1) ?? {};
    const audio = new FakeAudioSocket(server, hello);
    for (const sequence of [1, 3, 2]) audio.send(silence, sequence);
    if (count % 4 === 0) device.send({ type: "goodbye", session_id: hello["session_id"] });
    else if (count % 4 === 1) device.send({ type: "udp_timeout" });
    else if (count % 400 === 2) {
      device.stream.destroy();
      device = await login();
    }
    // As many packets as one device may send.
    await clock.advance(100);
    device.messages.length = 0;
    device.topics.length = 0;
    log.length = 0;
    if (count === SESSIONS / 10) before = heapBytes();
  }
  const growth = heapBytes() - before;
  assert.ok(growth < MAX_GROWTH_BYTES, `the heap grew by ${growth} bytes`);
  assert.ok(server.sessionCount <= 1);
  await stop();
});
