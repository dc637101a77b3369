import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromHex, toHex } from "../../protocol/hex.ts";

test("bytes become two digits each, and come back in either case", () => {
  assert.equal(toHex(Uint8Array.of(0, 10, 255)), "000aff");
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = toHex(bytes);
      assert.match(text, /^[0-9a-f]*$/);
      assert.deepEqual(fromHex(text.toUpperCase(), bytes.length), bytes);
    }),
  );
});

test("what is not exactly so many digits is nothing", () => {
  for (const text of ["00", "000", "00000", "00 0", "0x00", "00g0"]) assert.equal(fromHex(text, 2), undefined, text);
});
