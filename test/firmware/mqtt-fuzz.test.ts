import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mqttPacket } from "./mqtt-server.ts";
import { createMqttWorld } from "./mqtt-world.ts";

/** Bytes that look like packets, with the lengths, topics and texts of a fuzzer. */
const packets = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 300 }))
    .map(([first, body]) => mqttPacket(first, body)),
  fc
    .tuple(fc.constantFrom(0x30, 0x31, 0x32, 0x34), fc.json())
    .map(([first, text]) => mqttPacket(first, Buffer.concat([Uint8Array.from([0, 1, 0x74]), Buffer.from(text)]))),
);

test("a device lives on whatever an MQTT server sends, and comes back to a sane one", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(packets, { minLength: 1, maxLength: 6 }), async (pieces) => {
      const { clock, server, device, boot, listen } = await createMqttWorld();
      await boot();
      for (const bytes of pieces) {
        if (server.mqtt.isConnected) server.mqtt.sendRaw(bytes);
        await clock.advance(50);
      }
      await clock.advance(500_000);
      assert.equal(device.stats.crashes, 0);
      if (server.mqtt.isConnected) server.mqtt.drop();
      await clock.advance(130_000);
      await listen();
      device.close();
    }),
    { numRuns: 60 },
  );
});

test("a device in conversation lives on whatever datagrams come", async () => {
  const { clock, server, device, boot, listen } = await createMqttWorld();
  await boot();
  await listen();
  server.send({ type: "tts", state: "start", session_id: "s1" });
  await clock.advance(50);
  const heads = fc.uint8Array({ minLength: 16, maxLength: 80 }).map((bytes) => {
    const length = bytes.byteLength - 16;
    return Uint8Array.from(bytes, (byte, at) => [1, 0, 0, length][at] ?? byte);
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(heads, fc.uint8Array({ maxLength: 64 })), async (bytes) => {
      server.sendDatagram(bytes);
      await clock.advance(20);
      assert.equal(device.stats.crashes, 0);
    }),
    { numRuns: 200 },
  );
  assert.equal(device.state, "speaking");
});
