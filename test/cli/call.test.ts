import assert from "node:assert/strict";
import { test } from "node:test";
import { tone } from "../host-server/fakes/stages.ts";
import { createMqttPlace } from "./mqtt-place.ts";

test("one device calls another at rest: it wakes, both hear each other, and a click hangs up for both", async () => {
  const { clock, server, turns, addDevice, post, stop } = await createMqttPlace({ rounds: ["Ann is calling."] });
  const [caller, target] = [await addDevice(), await addDevice()];
  const [caller_mac, target_mac] = [caller.mac.toLowerCase(), target.mac.toLowerCase()];
  caller.click();
  await clock.run(caller.reached("listening"));
  await clock.advance(200);
  const request = { caller_mac, target_mac, caller_nickname: "Ann" };
  assert.deepEqual(await post("/api/call/request", request), { status: "pending" });
  await clock.run(target.reached("listening"));
  await clock.run(target.reached("speaking"));
  await clock.advance(300);
  assert.deepEqual(
    turns.map(({ device }) => device),
    [],
  );
  assert.notEqual(target.speaker.firstAudibleAt, undefined, "the server says who is calling");
  assert.deepEqual(await post("/api/call/accept", { mac: target_mac }), { status: "bridged", peerMac: caller_mac });
  await clock.advance(300);
  assert.deepEqual([caller.state, target.state, server.sessionCount], ["speaking", "speaking", 0]);
  for (const [from, to] of [
    [caller, target],
    [target, caller],
  ] as const) {
    to.speaker.clear();
    void from.microphone.say(tone(16_000, 16_000), 16_000);
    await clock.advance(1_500);
    const { firstAudibleAt = 0, lastAudibleAt = 0 } = to.speaker;
    assert.ok(lastAudibleAt - firstAudibleAt > 800, "a second of sound");
  }
  target.click();
  await clock.run(target.reached("idle"));
  await clock.run(caller.reached("idle"));
  assert.deepEqual([caller.stats.crashes, target.stats.crashes], [0, 0]);
  await stop();
});
