import assert from "node:assert/strict";
import { test } from "node:test";
import { boardButtons } from "../../../cli/browser-device/board-buttons.ts";

test("buttons are named by what their board has them for", () => {
  assert.deepEqual(boardButtons("bread-compact-wifi", [47, 40, 39]), [
    { pin: 47, use: "talk" },
    { pin: 40, use: "louder" },
    { pin: 39, use: "quieter" },
  ]);
  assert.deepEqual(boardButtons("m5stack-core-s3", []), []);
});
