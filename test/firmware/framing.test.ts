import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { toneFrames } from "./scripted-server.ts";
import { createWorld } from "./world.ts";

const START = { type: "tts", state: "start", session_id: "s1" };

for (const framing of [1, 2, 3] as const) {
  test(`a conversation in framing ${framing}: header, hello and audio of both directions`, async () => {
    const { clock, server, device, boot, listen } = await createWorld();
    server.framing = framing;
    server.offer({ version: framing });
    await boot();
    await listen();
    assert.equal(server.upgrades[0]?.["protocol-version"], String(framing));
    assert.equal(server.messages[0]?.["version"], framing);
    await clock.advance(600);
    assert.ok(server.frames.length >= 9, `${server.frames.length} frames`);
    assert.ok(server.frames.every(({ packet }) => packet.length > 0));
    server.send(START);
    server.speak(toneFrames(600));
    await clock.advance(1200);
    assert.ok(device.stats.playedSamples >= 24 * 600);
    assert.equal(device.stats.underruns, 0);
    assert.notEqual(device.speaker.firstAudibleAt, undefined);
  });
}

test("the framing is kept over a restart without a server, and reset by an answer without a version", async () => {
  const store = new MemoryStore();
  const { clock, server, device, boot, listen } = await createWorld({ store });
  server.offer({ version: 3 });
  await boot();
  assert.equal(store.get("websocket", "version")?.value, 3);
  const { body } = server.ota;
  server.ota = { status: 500, body };
  server.framing = 3;
  device.restart();
  await clock.run(device.reached("idle"));
  await listen();
  assert.equal(server.upgrades[0]?.["protocol-version"], "3");
  server.offer({});
  server.framing = 1;
  device.restart();
  await clock.run(device.reached("idle"));
  await listen();
  assert.equal(server.upgrades[1]?.["protocol-version"], "1");
});

test("an unknown framing is named in the log, and framing 1 is used", async () => {
  for (const version of [4, -1, 2.5, 1e12]) {
    const { server, lines, boot, listen } = await createWorld();
    server.offer({ version });
    await boot();
    await listen();
    assert.equal(server.upgrades[0]?.["protocol-version"], "1");
    assert.ok(lines.includes(`warn framing unknown, 1 is used version=${version}`));
  }
});

test("an unknown framing that another firmware stored is not used either", async () => {
  const store = new MemoryStore();
  store.set("websocket", "url", { format: "string", value: "ws://server.test:8000/xiaozhi/v1/" });
  store.set("websocket", "version", { format: "int32", value: 9 });
  const { server, lines, boot, listen } = await createWorld({ store });
  server.ota = { status: 500, body: "" };
  await boot();
  await listen();
  assert.equal(server.upgrades[0]?.["protocol-version"], "1");
  assert.ok(lines.includes("warn framing unknown, 1 is used version=9"));
});

const BAD: { readonly [framing in 2 | 3]: readonly (readonly [bytes: string, named: string])[] } = {
  2: [
    ["", "audio.header: expected 16 bytes in framing 2, got 0"],
    ["000200000000", "audio.header: expected 16 bytes in framing 2, got 6"],
    ["00020001000000000000000000000002 7b7d", "audio.type: expected 0 (Opus), got 1"],
    [
      "00020000000000000000000000010000 ffff",
      "audio.payload_size: expected at most the 2 bytes that follow, got 65536",
    ],
    ["00020000000000000000000000000000", "audio: expected an Opus packet, got 0 bytes"],
  ],
  3: [
    ["", "audio.header: expected 4 bytes in framing 3, got 0"],
    ["0000", "audio.header: expected 4 bytes in framing 3, got 2"],
    ["01000002 7b7d", "audio.type: expected 0 (Opus), got 1"],
    ["00000100 ffff", "audio.payload_size: expected at most the 2 bytes that follow, got 256"],
    ["00000000", "audio: expected an Opus packet, got 0 bytes"],
  ],
};

for (const framing of [2, 3] as const) {
  test(`short and lying frames of framing ${framing} are dropped by name, and the conversation goes on`, async () => {
    const { clock, server, device, lines, boot, listen } = await createWorld();
    server.framing = framing;
    server.offer({ version: framing });
    await boot();
    await listen();
    server.send(START);
    await clock.run(device.reached("speaking"));
    for (const [bytes, named] of BAD[framing]) {
      const before = lines.length;
      server.sendBinary(Buffer.from(bytes.replace(" ", ""), "hex"));
      await clock.advance(20);
      assert.deepEqual(lines.slice(before), [`warn audio refused reason=frame-invalid: ${named}`]);
    }
    server.speak(toneFrames(300));
    await clock.advance(600);
    assert.notEqual(device.speaker.firstAudibleAt, undefined, "the good frames are heard");
    assert.equal(device.stats.crashes, 0);
  });
}
