import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeDevice } from "../fakes/device.ts";
import { createWorld, type World } from "../fakes/world.ts";

/** A device that was cut off in the middle of a word, and nobody was told. */
async function cutOff(world: World, during: "listening" | "speaking"): Promise<FakeDevice> {
  const device = await world.connect();
  if (during === "speaking") device.detect("Tell me a story");
  else {
    device.listen("start", "auto");
    device.talk(600, 0);
  }
  await world.clock.advance(1_000);
  return device;
}

for (const during of ["listening", "speaking"] as const) {
  test(`a device vanishes while ${during}, and its connection with it unnoticed: it is let go in three minutes`, async () => {
    const world = createWorld({ rounds: ["Once upon a time."] });
    const device = await cutOff(world, during);
    await world.clock.advance(181_000);
    assert.equal(world.server.sessionCount, 0);
    assert.ok(device.closedAt !== undefined);
    await world.server.stop();
  });

  test(`a device vanishes while ${during} and comes back at once: it is answered, and the old connection goes`, async () => {
    const world = createWorld({ rounds: ["Once upon a time."], heard: ["And then?"] });
    const lost = await cutOff(world, during);
    const back = new FakeDevice(world.clock, lost.device.deviceId);
    world.server.attach(back);
    back.hello();
    back.detect("Are you there?");
    await world.clock.advance(3_000);
    assert.ok(back.trace.includes("tts start"), "talks again");
    assert.ok(lost.closedAt !== undefined);
    assert.equal(world.server.sessionCount, 1);
    await world.server.stop();
  });
}
