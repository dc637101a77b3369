import assert from "node:assert/strict";
import { test } from "node:test";
import { silence } from "../../fakes/device.ts";
import { createMqttWorld } from "../../fakes/mqtt-world.ts";

const SENTENCE = "One two three four five six seven eight nine ten.";

/** Frames of one spoken answer, with whatever else happens meanwhile: when each came, ms after the first. */
async function speak(disturb: (world: ReturnType<typeof createMqttWorld>, nonce: Buffer) => Promise<void>) {
  const world = createMqttWorld({ rounds: [SENTENCE] });
  const { clock, converse, stop, server } = world;
  const { device, audio, hello } = await converse();
  const times: number[] = [];
  const take = audio.received.push.bind(audio.received);
  audio.received.push = (...frames) => {
    times.push(clock.now());
    return take(...frames);
  };
  audio.send(silence);
  device.send({ type: "listen", state: "detect", text: "count" });
  await clock.advance(200);
  await disturb(world, Buffer.from((hello["udp"] as { nonce: string }).nonce, "hex"));
  await clock.advance(6_000);
  assert.equal(device.isClosed, false);
  assert.equal(server.sessionCount, 1);
  await stop();
  const sequences = audio.received.map(({ sequence }) => sequence);
  return { times: times.map((at) => at - (times[0] ?? 0)), sequences };
}

test("strangers who knock, forge, replay and garble change no frame of a device that is spoken to", async () => {
  const quiet = await speak(async () => {});
  assert.ok(quiet.times.length > 20);
  const stormy = await speak(async ({ dial, section, server, clock }, nonce) => {
    const stranger = server.join(() => assert.fail("the sound goes to a stranger"));
    const login = await section();
    const from = { address: "10.0.0.66", port: 6666 };
    for (let count = 0; count < 200; count++) {
      dial().login({ ...login, password: "wrong" });
      dial().stream.write(Buffer.from([count, 255, 255, 1, count]));
      const forged = Buffer.concat([nonce, Buffer.alloc(20, count)]);
      forged.writeUInt16BE(20, 2);
      forged.writeUInt32BE(count, 12);
      stranger(forged, from);
      stranger(forged.subarray(0, count % 36), from);
      forged.writeUInt32BE(count, 4);
      stranger(forged, from);
      await clock.advance(5);
    }
  });
  assert.deepEqual(stormy, quiet);
});
