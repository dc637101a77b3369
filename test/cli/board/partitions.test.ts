import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkPartitions } from "../../../cli/board/partitions.ts";

const MB = 1024 * 1024;
const GOOD = `# Name, Type, SubType, Offset, Size
nvs, data, nvs, 0x9000, 24K
otadata, data, ota, , 0x2000
ota_0, app, ota_0, , 3M
ota_1, app, ota_1, , 3M
`;

/** As `line: text`. */
function faultsOf(table: string, flashBytes = 8 * MB): string[] {
  return checkPartitions(table, flashBytes).map(({ line, text }) => `${line ?? ""}: ${text}`);
}

test("a table without offsets, with units, is good", () => {
  assert.deepEqual(faultsOf(GOOD), []);
  assert.deepEqual(faultsOf(GOOD.replaceAll("\n", "\r\n")), []);
});

test("what does not fit, is not aligned or overlaps is named with its line", () => {
  assert.deepEqual(faultsOf(GOOD, 4 * MB), [
    "5: partition ota_1: it ends at 0x620000, and the flash memory has 0x400000 (4 MB)",
  ]);
  assert.deepEqual(faultsOf(GOOD.replace("ota_0, , 3M", "ota_0, 0x18000, 3M")), [
    "4: partition ota_0: offset 0x18000 is no multiple of 0x10000",
  ]);
  assert.deepEqual(faultsOf(GOOD.replace("ota_1, , 3M", "ota_1, 0x20000, 3M")), [
    "5: partition ota_1: it begins at 0x20000, before ota_0 ends at 0x320000",
  ]);
  assert.deepEqual(faultsOf(GOOD.replace("0x9000", "0x8000")), [
    "2: partition nvs: offset 0x8000 lies in the boot loader or the table (below 0x9000)",
  ]);
  assert.deepEqual(faultsOf(GOOD.replace("24K", "24k4")), [
    '2: partition nvs: size "24k4" is no number',
    ": settings need a partition data, nvs",
  ]);
});

test("what upgrades and settings need is missed", () => {
  assert.deepEqual(faultsOf("factory, app, factory, 0x10000, 1M"), [
    ": upgrades need two partitions app, ota_0 and ota_1; it has 0",
    ": upgrades need a partition data, ota (0x2000 bytes)",
    ": settings need a partition data, nvs",
  ]);
  assert.deepEqual(faultsOf(GOOD.replace(/3M\n$/, "2M\n")), ["5: partition ota_1: it is smaller than ota_0"]);
});

test("no text makes it fail, and no table that ends beyond the flash memory is good", () => {
  fc.assert(fc.property(fc.string(), (text) => Array.isArray(checkPartitions(text, 8 * MB))));
  const size = fc.integer({ min: 1, max: 0x1000 }).map((pages) => pages * 0x1000);
  fc.assert(
    fc.property(size, (bytes) => {
      const faults = faultsOf(`${GOOD}assets, data, 0x40, , ${bytes}\n`);
      assert.equal(faults.length > 0, 0x620000 + bytes > 8 * MB);
    }),
  );
});
