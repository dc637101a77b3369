import assert from "node:assert/strict";
import { test } from "node:test";
import { silence } from "../../fakes/device.ts";
import { FakeAudioSocket } from "../../fakes/mqtt.ts";
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

test("100 devices a second that log in, say hello and drop, and 1,000 that are refused: no frame of another is late", async () => {
  const quiet = await speak(async () => {});
  const stormy = await speak(async ({ dial, section, clock }) => {
    const login = await section("aa:aa:aa:aa:aa:aa");
    const wrong = { ...(await section("bb:bb:bb:bb:bb:bb")), password: "wrong" };
    let refused = 0;
    for (let count = 0; count < 100; count++) {
      const device = dial();
      device.login(login);
      const strangers = Array.from({ length: 10 }, () => dial());
      for (const stranger of strangers) stranger.login(wrong);
      await clock.advance(5);
      device.hello();
      await clock.advance(5);
      assert.equal(device.of("hello").length, 1);
      device.stream.destroy();
      refused += strangers.filter(({ connack }) => connack === 4).length;
    }
    assert.equal(refused, 1_000);
  });
  assert.deepEqual(stormy, quiet);
});

test("a device whose datagrams are lost, late and out of order delays no frame of another", async () => {
  const quiet = await speak(async () => {});
  const stormy = await speak(async ({ dial, section, server, clock }) => {
    const device = dial();
    device.login(await section("aa:aa:aa:aa:aa:aa"));
    await clock.advance(20);
    device.hello();
    await clock.advance(20);
    const audio = new FakeAudioSocket(server, device.of("hello")[0] ?? {});
    audio.from = { address: "10.0.0.10", port: 40_010 };
    for (let sequence = 1; sequence <= 40; sequence++) {
      // 5 % are lost; the others take 0 to 99 ms, in an order that is the same in each run.
      if (sequence % 20 !== 0) clock.schedule((sequence * 37) % 100, () => audio.send(silence, sequence));
      await clock.advance(60);
    }
    assert.equal(device.isClosed, false);
    assert.equal(device.of("goodbye").length, 0);
    device.stream.destroy();
  });
  assert.deepEqual(stormy, quiet);
});

test("60 connections whose devices are gone without a word delay no frame of another, and are cut", async () => {
  const quiet = await speak(async () => {});
  const gone: { isClosed: boolean }[] = [];
  const stormy = await speak(async ({ dial, section, clock }) => {
    for (let count = 0; count < 60; count++) {
      const device = dial();
      gone.push(device);
      const login = await section(`aa:aa:aa:aa:aa:${(0x10 + count).toString(16)}`);
      if (count % 3 === 0) device.stream.write(Buffer.from([0x10, 90, 0, 4]));
      else device.login({ ...login, keepalive: 2 });
      await clock.advance(5);
      if (count % 3 === 2) device.hello();
      // From here on it neither reads nor sends.
      device.stream.pause();
      await clock.advance(5);
    }
  });
  assert.deepEqual(stormy, quiet);
  assert.equal(gone.filter(({ isClosed }) => isClosed).length >= 40, true, "only those without a login are waited for");
});
