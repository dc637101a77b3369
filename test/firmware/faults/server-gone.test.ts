import assert from "node:assert/strict";
import { test } from "node:test";
import { toneFrames } from "../scripted-server.ts";
import { createWorldOn, TRANSPORTS, type World } from "../transports.ts";

const START = { type: "tts", state: "start", session_id: "s1" };
const SENTENCE = { type: "tts", state: "sentence_start", text: "Once upon a time", session_id: "s1" };
const TCP_PORTS = [8000, 1883];

interface Fault {
  readonly what: string;
  /** The result mends it. */
  readonly cause: (world: World) => () => void;
  /** What becomes of a device that speaks: `idle` by itself, or only when its user ends it. */
  readonly ends: "by itself" | "by two clicks";
}

const FAULTS: readonly Fault[] = [
  {
    what: "the server resets the connection mid-sentence: what arrived is heard, and the device is at rest, without an alert",
    cause: ({ network }) => {
      for (const port of TCP_PORTS) network.cut({ port });
      return () => {};
    },
    ends: "by itself",
  },
  {
    what: "the network goes mid-sentence: what arrived is heard, and the device is at rest, without an alert",
    cause: ({ device }) => {
      delete device.hardware.status.IP;
      return () => {
        device.hardware.status.IP = "10.0.0.3";
      };
    },
    ends: "by itself",
  },
  {
    what: "the server falls silent mid-sentence: a click interrupts it, and another one, unanswered, ends the conversation",
    cause: ({ network }) => {
      const mend = [...TCP_PORTS.map((port) => network.stall({ port })), network.mute("10.0.0.2")];
      return () => {
        for (const restore of mend) restore();
      };
    },
    ends: "by two clicks",
  },
];

for (const transport of TRANSPORTS) {
  for (const { what, cause, ends } of FAULTS) {
    test(`${transport}: ${what}; the next conversation works`, async () => {
      const world = await createWorldOn(transport);
      const { clock, server, device, lines, boot, listen } = world;
      await boot();
      await listen();
      server.send(START);
      server.send(SENTENCE);
      const stopSpeaking = server.speak(toneFrames(5000));
      await clock.advance(1000);
      stopSpeaking();
      for (const frame of toneFrames(600)) server.sendBinary(frame);
      await clock.advance(100);
      const at = clock.now();
      const mend = cause(world);
      if (ends === "by itself") {
        await clock.run(device.reached("idle"));
        await clock.advance(2000);
        assert.ok((device.speaker.lastAudibleAt ?? 0) - at > 400, "what had arrived was played out");
      } else {
        await clock.advance(30_000);
        assert.equal(device.state, "speaking");
        device.click();
        await clock.advance(5000);
        assert.equal(device.state, "speaking", "the server may still answer");
        device.click();
        await clock.run(device.reached("idle"));
      }
      assert.deepEqual(
        lines.filter((line) => line.includes("alert")),
        [],
      );
      mend();
      await clock.advance(20_000);
      await listen();
      device.speaker.clear();
      server.send(START);
      server.speak(toneFrames(300));
      await clock.advance(600);
      assert.notEqual(device.speaker.firstAudibleAt, undefined);
      assert.equal(device.stats.crashes, 0);
    });
  }
}

for (const transport of TRANSPORTS) {
  test(`${transport}: the network is gone for an hour at rest: nothing is shown, and the first click after it works`, async () => {
    const { clock, network, server, device, lines, states, boot, listen } = await createWorldOn(transport);
    await boot();
    delete device.hardware.status.IP;
    for (const port of TCP_PORTS) network.cut({ port });
    const allow = [network.refuse("server.test", 8000), network.refuse("mqtt.test", 1883)];
    await clock.advance(3_600_000);
    for (const restore of allow) restore();
    device.hardware.status.IP = "10.0.0.7";
    assert.deepEqual(states, ["starting", "activating", "idle"]);
    assert.deepEqual(
      lines.filter((line) => line.includes("alert")),
      [],
    );
    await listen();
    server.send(START);
    server.speak(toneFrames(300));
    await clock.advance(600);
    assert.notEqual(device.speaker.firstAudibleAt, undefined);
  });
}

test("MQTT takes no bytes while the user talks: sound goes on over UDP, and what was to be said arrives later", async () => {
  const { clock, network, server, device, boot, listen } = await createWorldOn("MQTT and UDP");
  await boot();
  await listen();
  const mend = network.stall({ port: 1883 });
  const before = server.frames.length;
  await clock.advance(6000);
  assert.ok(server.frames.length - before >= 98, "the microphone is heard");
  device.click();
  await clock.run(device.reached("idle"));
  assert.equal(server.log.at(-1), "listen start auto");
  mend();
  await clock.advance(100);
  assert.equal(server.log.at(-1), "goodbye");
  await listen();
  assert.equal(device.stats.crashes, 0);
});
