import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "../../cli/screens.ts";

test("every screen, in every size, is as in docs/screens", async (t) => {
  const said: string[] = [];
  t.mock.method(console, "log", (line: string) => said.push(line));
  assert.equal(await run(["--check"]), 0, said.join("\n"));
  assert.equal(said.length, 8);
});
