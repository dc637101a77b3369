import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsOf } from "../../../cli/linux/spoken-turn.ts";

const GOOD = {
  heardByServer: "set the volume to eighty",
  heardFromDevice: "the volume is now eighty percent",
  volume: 80,
  peaks: { chunkBytes: 0, slots: 0, stackSlots: 0 },
};

test("a turn is right when it was understood, answered and remembered", () => {
  assert.deepEqual(faultsOf(GOOD), []);
  assert.deepEqual(faultsOf({ ...GOOD, heardFromDevice: "" }), [
    "the speaker said , not the volume is now eighty percent",
  ]);
  assert.equal(faultsOf({ ...GOOD, volume: undefined, heardByServer: "set the volume to eighteen" }).length, 2);
});
