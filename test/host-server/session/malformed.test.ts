import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { silence } from "../fakes/device.ts";
import { createWorld } from "../fakes/world.ts";

const BAD = [
  "",
  "hello",
  "42",
  "null",
  "[]",
  "{}",
  '{"type":7}',
  '{"type":"no such type"}',
  '{"type":"__proto__"}',
  '{"type":"listen"}',
  '{"type":"listen","state":"sideways"}',
  '{"type":"listen","state":"start","mode":9}',
  '{"type":"listen","state":"detect"}',
  '{"type":"listen","state":"detect","text":""}',
  '{"type":"mcp"}',
  '{"type":"mcp","payload":{"jsonrpc":"2.0","id":99,"result":{}}}',
  '{"type":"mcp","payload":{"jsonrpc":"2.0","id":1,"error":"x"}}',
  '{"type":"hello","audio_params":"loud","features":3}',
  '{"type":"iot","descriptors":{}}',
  '{"type":"server","action":"restart"}',
  '{"type":"goodbye"}',
  '{"type":"abort","reason":[]}',
  `${"[".repeat(5_000)}${"]".repeat(5_000)}`,
];

test("no malformed message ends the session, and each is logged by name", async () => {
  const { connect, clock, log } = createWorld();
  const device = await connect();
  for (const text of BAD) device.send(text);
  await clock.advance(100);
  assert.equal(device.closedAt, undefined);
  const refused = log.filter(({ msg }) => msg === "message refused");
  assert.ok(refused.length >= 12);
  assert.ok(refused.every(({ error }) => /^(json|message|rpc)-invalid: /.test((error as { message: string }).message)));
  device.detect("你好");
  await clock.advance(3_000);
  assert.deepEqual(device.trace.slice(-5), ["tts start", "llm happy", "sentence OK", "frames", "tts stop"]);
});

test("a device that floods the server loses packets, not its session", async () => {
  const { connect, clock, log } = createWorld();
  const device = await connect();
  for (let count = 0; count < 10; count++) device.sendPacket(Uint8Array.of(0xff, 0xff, count));
  await clock.advance(100);
  // One is being examined, and a thousand may wait.
  for (let count = 0; count < 3_000; count++) device.sendPacket(silence);
  await clock.advance(100);
  device.detect("你好");
  await clock.advance(3_000);
  assert.equal(device.trace.at(-1), "tts stop");
  device.close();
  assert.equal(log.find(({ msg }) => msg === "device disconnected")?.["refusedPackets"], 2_009);
});

test("any text and any bytes leave a session that still answers", async () => {
  const { connect, clock } = createWorld();
  const message = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({
      type: fc.constantFrom("hello", "listen", "abort", "mcp", "iot", "server", "ping"),
      state: fc.constantFrom("start", "stop", "sideways", 3),
      mode: fc.constantFrom("auto", "manual", "realtime", null),
      payload: fc.dictionary(fc.string(), fc.jsonValue()),
      features: fc.jsonValue(),
    }),
  );
  const input = fc.oneof(message, fc.uint8Array({ minLength: 1, maxLength: 300 }));
  await fc.assert(
    fc.asyncProperty(fc.array(input, { maxLength: 12 }), async (inputs) => {
      const device = await connect();
      for (const item of inputs) {
        if (item instanceof Uint8Array) device.sendPacket(item);
        else device.send(item as object | string);
      }
      await clock.advance(20_000);
      assert.equal(device.closedAt, undefined);
      device.send({ type: "listen", state: "start", mode: "auto" });
      device.received.length = 0;
      device.detect("你好");
      await clock.advance(5_000);
      assert.ok(device.trace.includes("stt 你好"));
      assert.equal(device.trace.at(-1), "tts stop");
      device.close();
    }),
    { numRuns: 60 },
  );
});
