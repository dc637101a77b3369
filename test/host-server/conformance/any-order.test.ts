// Whatever a device does and when: what it gets can always be played.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { openSocket, streamTo } from "../fakes/http.ts";
import { createWorld } from "../fakes/world.ts";
import { connect, DEVICE, type WireDevice } from "./wire.ts";

const UPGRADE = [
  "GET / HTTP/1.1",
  "Host: localhost",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version: 13",
  `Device-Id: ${DEVICE}`,
  "",
  "",
].join("\r\n");

/** What a device may do, each at any time. */
const ACTIONS = {
  text: (device: WireDevice) => device.detect("讲个故事"),
  wake: (device: WireDevice) => device.detect("你好小智"),
  call: (device: WireDevice) => device.detect("[device_call]Ann is calling."),
  abort: (device: WireDevice) => device.send({ type: "abort" }),
  auto: (device: WireDevice) => device.listen("start", "auto"),
  manual: (device: WireDevice) => device.listen("start", "manual"),
  realtime: (device: WireDevice) => device.listen("start", "realtime"),
  end: (device: WireDevice) => device.listen("stop"),
  words: (device: WireDevice) => device.talk(900, 900),
  noise: (device: WireDevice) => device.talk(60, 300),
  hello: (device: WireDevice) => device.send({ type: "hello" }),
};
type Action = keyof typeof ACTIONS;

/** Fails unless sound comes only between start and stop, of one answer at a time, and all is over in the end. */
function assertPlayable(device: WireDevice): void {
  let isSpeaking = false;
  for (const { text, packet } of device.wire) {
    const { type, state } = text === undefined ? {} : JSON.parse(text);
    if (packet || state === "sentence_start") assert.ok(isSpeaking, "sound belongs to an answer that has begun");
    if (type === "llm") assert.ok(isSpeaking);
    if (state === "start") {
      assert.equal(isSpeaking, false, "an answer begins when the one before has ended");
      isSpeaking = true;
    }
    if (state === "stop") isSpeaking = false;
  }
  assert.equal(isSpeaking, false, "no stop is lost");
}

test("words, wake words, calls, aborts and modes in any order and at any time", async () => {
  const step = fc.record({
    action: fc.constantFrom(...(Object.keys(ACTIONS) as Action[])),
    pause: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_500 })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), fc.boolean(), async (steps, speculates) => {
      const device = await connect({
        script: { heard: Array(40).fill("你好"), msPerCharacter: 120 },
        env: { XIAOZHI_TURN_SPECULATE: String(speculates) },
      });
      await device.hello();
      for (const { action, pause } of steps) {
        ACTIONS[action](device);
        await device.advance(pause);
      }
      await device.advance(60_000);
      assert.equal(device.end, undefined);
      assertPlayable(device);
      const before = device.wire.length;
      device.listen("start", "auto");
      device.detect("还在吗");
      await device.advance(10_000);
      const answer = device.wire.slice(before).map(({ text }) => (text === undefined ? "" : JSON.parse(text).text));
      assert.ok(answer.includes("还在吗"));
    }),
    { numRuns: 60 },
  );
});

test("bytes that are no WebSocket end their own connection and nothing else", async () => {
  const world = createWorld();
  const other = await openSocket(world.server, "/", { "device-id": "aa:aa:aa:aa:aa:aa" });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, isUpgraded) => {
      const stream = streamTo(world.server, "websocket");
      stream.on("error", () => {});
      stream.resume();
      if (isUpgraded) stream.write(UPGRADE);
      stream.write(bytes);
      await world.clock.advance(20);
      stream.destroy();
      await world.clock.advance(20);
      assert.equal(world.server.sessionCount, 1);
    }),
    { numRuns: 100 },
  );
  other.socket.send('{"type":"hello"}');
  await world.clock.advance(20);
  assert.equal(JSON.parse(other.texts[0] ?? "{}").type, "hello");
});
