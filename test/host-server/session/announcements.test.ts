import assert from "node:assert/strict";
import { test } from "node:test";
import { createWorld } from "../fakes/world.ts";

test("an announcement waits until the answer has been said, and the model knows of it afterwards", async () => {
  const { connect, clock, stages, turns } = createWorld({ rounds: ["One two three."] });
  const device = await connect();
  device.detect("count");
  await clock.advance(200);
  let isSaid = false;
  const saying = device.announce("Dinner is ready.").then(() => {
    isSaid = true;
  });
  await clock.advance(500);
  assert.equal(isSaid, false);
  await clock.run(saying);
  assert.deepEqual(device.trace.filter((line) => line !== "frames").slice(-6), [
    "llm happy",
    "sentence One two three",
    "tts stop",
    "tts start",
    "sentence Dinner is ready",
    "tts stop",
  ]);
  assert.equal(turns.length, 1, "it is no turn of the user");
  device.detect("what did you say");
  await clock.advance(3_000);
  assert.ok(stages.asked.at(-1)?.messages.some(({ content }) => content === "Dinner is ready."));
});

test("an announcement is interrupted like an answer, and one for a closed session says nothing", async () => {
  const { connect, clock } = createWorld();
  const device = await connect();
  const saying = device.announce("A very long announcement that nobody wants to hear to its end.");
  await clock.advance(300);
  device.send({ type: "abort" });
  await clock.run(saying);
  const frames = device.frameTimes.length;
  await clock.advance(5_000);
  assert.equal(device.frameTimes.length, frames);
  assert.equal(device.trace.at(-1), "tts stop");
  device.close();
  const length = device.received.length;
  await clock.run(device.announce("Too late."));
  assert.equal(device.received.length, length);
});
