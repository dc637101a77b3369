import assert from "node:assert/strict";
import { test } from "node:test";
import { createWorld } from "../fakes/world.ts";

test("speech that cannot be made out is answered, so that nobody waits in vain", async () => {
  const { clock, connect, turns, stages } = createWorld({ heard: ["…"], rounds: ["Sorry, I did not understand."] });
  const device = await connect();
  device.listen("start", "auto");
  device.talk(900, 1_200);
  await clock.advance(5_000);
  assert.equal(device.trace[1], "stt …");
  assert.equal(turns[0]?.said, "Sorry, I did not understand.");
  assert.equal(stages.asked[0]?.messages.at(-1)?.content, "…");
});

test("in a lively room the device asks twice, then waits for words that it knows", async () => {
  const { clock, connect, turns } = createWorld({ heard: ["…", "…", "…", "…", "一", "…"] });
  const device = await connect();
  for (let n = 0; n < 6; n++) {
    device.listen("start", "auto");
    device.talk(900, 1_200);
    await clock.advance(6_000);
  }
  assert.deepEqual(
    turns.map(({ heard }) => heard),
    ["…", "…", "一", "…"],
  );
});

test("mumbling does not interrupt an answer", async () => {
  const { clock, connect, turns } = createWorld({ heard: ["一", "…"], rounds: ["x".repeat(100)] });
  const device = await connect();
  device.listen("start", "realtime");
  device.talk(900, 1_200);
  await clock.advance(3_000);
  device.talk(900, 1_200);
  await clock.advance(12_000);
  assert.deepEqual(
    turns.map(({ heard, isInterrupted }) => [heard, isInterrupted]),
    [["一", false]],
  );
});
