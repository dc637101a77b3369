import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type { Writable } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import { textFrame } from "../../../host-server/mcp-endpoint/port/text-frame.ts";

/** Its types leave this class out. */
const { Receiver } = createRequire(import.meta.url)("ws") as {
  readonly Receiver: new (options: { readonly allowSynchronousEvents: boolean }) => Writable;
};

/** What the library of WebSockets reads from these bytes. */
async function read(bytes: Buffer): Promise<string> {
  const receiver = new Receiver({ allowSynchronousEvents: true });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  receiver.on("message", (data: Buffer, isBinary: boolean) => resolve(isBinary ? "(binary)" : String(data)));
  receiver.on("error", reject);
  receiver.end(bytes);
  return promise;
}

test("any text arrives as it was written", async () => {
  const texts = fc.string({ unit: "grapheme", maxLength: 300 });
  await fc.assert(fc.asyncProperty(texts, async (text) => assert.equal(await read(textFrame(text)), text)));
});

test("lengths around the borders of their three forms arrive whole", async () => {
  for (const length of [0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 200_000]) {
    const text = "x".repeat(length);
    assert.equal(await read(textFrame(text)), text, `${length} bytes`);
  }
});
