import assert from "node:assert/strict";
import { test } from "node:test";
import { difference, readSheet, sheetOf } from "../../cli/screens/sheet.ts";
import { drawSheet, keptSheet, SHAPES } from "../../cli/screens.ts";
import { encodePng } from "../../simulator/device/png.ts";

/** The narrow and the round ones, where room is scarce; all are compared by `screens --check` in the slow tests. */
const SCARCE = Object.keys(SHAPES).filter((name) => /^128|round/.test(name));

for (const name of SCARCE) {
  test(`${name}: every screen is as in docs/screens; "xiaozhi screens" draws them anew`, async () => {
    const kept = keptSheet(name);
    assert.ok(kept, `docs/screens/${name}.png is missing`);
    assert.equal(difference(await drawSheet(name), kept), 0);
  });
}

test("a sheet survives its PNG file, and a pixel that differs is counted", () => {
  const shape = { width: 2, height: 2 };
  const picture = { name: "a", rgb: Uint8Array.from({ length: 12 }, (_, at) => at * 20) };
  const sheet = sheetOf(shape, [[picture, picture], [picture]]);
  const read = readSheet(encodePng(sheet.rgb, sheet));
  assert.equal(difference(sheet, read), 0);
  read.rgb[read.rgb.length - 1] = 1;
  assert.equal(difference(sheet, read), 1);
  assert.equal(difference(sheet, sheetOf(shape, [[picture]])), undefined);
});
