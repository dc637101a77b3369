import assert from "node:assert/strict";
import { test } from "node:test";
import { pictureSheet } from "../../../cli/boards/picture-sheet.ts";

const picture = (width: number, height: number, color: number) => ({
  width,
  height,
  rgb: new Uint8Array(width * height * 3).fill(color),
});

test("pictures stand beside each other, and below where a row is full", () => {
  const { width, height, rgb } = pictureSheet([picture(10, 20, 1), picture(30, 5, 2), picture(1290, 4, 3)]);
  // A gap of 8 around each.
  assert.deepEqual({ width, height }, { width: 1306, height: 8 + 20 + 8 + 4 + 8 });
  const at = (x: number, y: number) => rgb[(y * width + x) * 3];
  assert.deepEqual([at(8, 8), at(17, 27), at(18, 8)], [1, 1, 120]);
  assert.deepEqual([at(26, 8), at(55, 12), at(26, 13)], [2, 2, 120]);
  assert.deepEqual([at(8, 36), at(1297, 39), at(8, 40)], [3, 3, 120]);
  assert.equal(rgb.length, width * height * 3);
});
