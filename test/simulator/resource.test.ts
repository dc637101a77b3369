import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../../simulator/clock.ts";
import { VirtualDevice } from "../../simulator/device.ts";
import { loadFirmware } from "../../simulator/firmware.ts";
import { MemoryNetwork } from "../../simulator/memory-network.ts";

const PROGRAM = `import Resource from "Resource";
export default function main() {
  const font = new Resource("font.bin");
  const view = new Uint8Array(font, 4, 8);
  const part = font.slice(1000, 1004, false);
  let refused = "";
  try { view[0] = 9; } catch (error) { refused = error.name; }
  trace("[info] read " + JSON.stringify([font.byteLength, [...view], part.byteLength, [...new Uint8Array(part)],
    [...new Uint8Array(font.slice(-5, 2))], font.slice(2e9).byteLength, refused]) + "\\n");
}`;

test("a file of megabytes lies outside the device's heap, and cannot be written", async () => {
  const bytes = Uint8Array.from({ length: 4_000_000 }, (_, at) => at % 251);
  const files = new Map([["font.bin", bytes]]);
  const modules = [{ specifier: "main", path: "main.ts", source: PROGRAM }];
  const clock = new VirtualClock();
  const lines: string[] = [];
  const device = new VirtualDevice({
    clock,
    network: new MemoryNetwork({ clock }),
    firmware: loadFirmware({ files, modules }),
    onLog: ({ text }) => lines.push(text),
  });
  device.start();
  await clock.advance(100);
  assert.deepEqual(
    lines.filter((line) => line.includes("read ")).map((line) => JSON.parse(line.slice(line.indexOf("read ") + 5))),
    [[4_000_000, [4, 5, 6, 7, 8, 9, 10, 11], 4, [247, 248, 249, 250], [0, 1], 0, "TypeError"]],
    lines.join("\n"),
  );
});
