import assert from "node:assert/strict";
import { once } from "node:events";
import { createReadStream, openSync, writeSync } from "node:fs";
import { test } from "node:test";
import { PseudoTerminal } from "../../simulator/pseudo-terminal.ts";

/** What a terminal for people would change: line endings, end of file, interrupt, erase. */
const BYTES = Buffer.from([0, 3, 4, 10, 13, 127, 255, 13, 10, 26]);

test("bytes pass both ways as they are, and a program may close the port and open it again", async () => {
  const heard: number[] = [];
  let wake = () => {};
  const terminal = new PseudoTerminal((bytes) => {
    heard.push(...bytes);
    wake();
  });
  const hearing = (count: number) =>
    new Promise<void>((resolve) => {
      wake = () => heard.length >= count && resolve();
      wake();
    });
  for (let round = 1; round <= 2; round++) {
    const file = openSync(terminal.path, "r+");
    writeSync(file, BYTES);
    await hearing(BYTES.length * round);
    terminal.write(BYTES);
    const reader = createReadStream("", { fd: file, autoClose: false });
    const [bytes] = (await once(reader, "data")) as [Buffer];
    assert.deepEqual(bytes, BYTES);
    reader.destroy();
    terminal.write(Buffer.from([0]));
    reader.on("error", () => {});
    await once(reader, "close");
  }
  assert.deepEqual(heard, [...BYTES, ...BYTES]);
  terminal.close();
});
