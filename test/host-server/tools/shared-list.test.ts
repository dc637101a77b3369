import assert from "node:assert/strict";
import { test } from "node:test";
import { sharedList } from "../../../host-server/tools/shared-list.ts";

const list = (name: string) => [{ name, description: "switches it", inputSchema: { type: "object", properties: {} } }];

test("devices that bring the same tools have one list of them, others their own", () => {
  const first = sharedList(list("lamp"));
  assert.equal(sharedList(list("lamp")), first);
  const other = sharedList(list("fan"));
  assert.notEqual(other, first);
  assert.deepEqual(other, list("fan"));
});
