import assert from "node:assert/strict";
import { test } from "node:test";
import { createWorld } from "../fakes/world.ts";

test("a JSON number and a text that is no JSON come back as they are; nothing else does", async () => {
  const { connect, clock } = createWorld();
  const device = await connect();
  device.received.length = 0;
  for (const text of ["42", "-1.5", "hello", "{", " 7 "]) device.send(text);
  for (const text of ["", "null", "true", "[]", '"x"', '{"a":1}', "x".repeat(5_000)]) device.send(text);
  await clock.advance(100);
  assert.deepEqual(
    device.received.map(({ text }) => text),
    ["42", "-1.5", "hello", "{", " 7 "],
  );
});
