import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type { Writable } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import { TextFrameReader } from "../../../host-server/mcp-endpoint/port/text-frame-reader.ts";

/** Its types leave this class out. */
const { Receiver } = createRequire(import.meta.url)("ws") as {
  readonly Receiver: new (options: object) => Writable;
};

const MAX_BYTES = 6_000;
const TEXT = 1;
const CONTINUATION = 0;
const CLOSE = 8;
const PING = 9;

interface Frame {
  readonly isFinal: boolean;
  readonly opcode: number;
  readonly body: Uint8Array;
  readonly mask: number;
}

function encoded({ isFinal, opcode, body, mask }: Frame): Buffer {
  const { length } = body;
  const head = [(isFinal ? 0x80 : 0) | opcode];
  if (length < 126) head.push(0x80 | length);
  else if (length < 65_536) head.push(0x80 | 126, length >> 8, length & 255);
  else
    head.push(0x80 | 127, 0, 0, 0, 0, (length >>> 24) & 255, (length >> 16) & 255, (length >> 8) & 255, length & 255);
  const key = [mask >>> 24, (mask >> 16) & 255, (mask >> 8) & 255, mask & 255];
  return Buffer.from([...head, ...key, ...body.map((byte, at) => byte ^ (key[at & 3] as number))]);
}

/** What the library makes of these chunks; with `isReading`, what it and the reader make of them together. */
function heard(chunks: readonly Buffer[], isReading: boolean): string[] {
  const events: string[] = [];
  const receiver = new Receiver({ isServer: true, allowSynchronousEvents: true, maxPayload: MAX_BYTES });
  const onText = (text: string) => events.push(`text ${text}`);
  const reader = new TextFrameReader(onText, (bytes) => receiver.write(bytes));
  receiver.on("message", (data: Buffer, isBinary: boolean) =>
    isBinary ? events.push(`binary ${data.toString("hex")}`) : onText(data.toString()),
  );
  receiver.on("ping", (data: Buffer) => events.push(`ping ${data.toString("hex")}`));
  receiver.on("conclude", (code: number) => events.push(`close ${code}`));
  // Streams tell of an error later: what is written meanwhile is lost there, and must be here.
  receiver.on("error", () => {});
  for (const chunk of chunks) {
    // WebSockets listen no longer after either.
    if (receiver.errored || receiver.writableEnded) break;
    if (isReading) reader.read(Buffer.from(chunk));
    else receiver.write(Buffer.from(chunk));
    if (receiver.errored) reader.stop();
  }
  if (receiver.errored) events.push(`error ${(receiver.errored as Error & { code?: string }).code}`);
  return events;
}

const mask = fc.nat(0xffff_ffff);
const utf8 = (text: string) => new TextEncoder().encode(text);
const frame = fc.oneof(
  { weight: 6, arbitrary: fc.record({ text: fc.string({ unit: "grapheme", maxLength: 200 }), mask }) },
  { weight: 1, arbitrary: fc.record({ text: fc.constant("x".repeat(5_000)), mask }) },
);
const whole = frame.map(({ text, mask }) => [{ isFinal: true, opcode: TEXT, body: utf8(text), mask }]);
const inPieces = fc
  .tuple(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), fc.boolean(), mask)
  .map(([one, two, hasPing, mask]): Frame[] => [
    { isFinal: false, opcode: TEXT, body: utf8(one), mask },
    ...(hasPing ? [{ isFinal: true, opcode: PING, body: utf8("still there?"), mask }] : []),
    { isFinal: true, opcode: CONTINUATION, body: utf8(two), mask },
  ]);
const odd = fc
  .record({ isFinal: fc.boolean(), opcode: fc.nat(15), body: fc.uint8Array({ maxLength: 130 }), mask })
  .map((one) => [one]);
const messages = fc.array(fc.oneof({ weight: 8, arbitrary: whole }, { weight: 2, arbitrary: inPieces }, odd), {
  maxLength: 12,
});

test("with the reader before it the library hears the same, however the frames are made and cut", () => {
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (frames, sizes) => {
      const bytes = Buffer.concat(frames.flat().map(encoded));
      const chunks: Buffer[] = [];
      for (let at = 0, n = 0; at < bytes.length; n++) {
        const size = sizes[n % sizes.length] as number;
        chunks.push(bytes.subarray(at, at + size));
        at += size;
      }
      assert.deepEqual(heard(chunks, true), heard(chunks, false));
    }),
    { numRuns: 300 },
  );
});

test("after a close frame, in one piece or two, nothing is read", () => {
  const close = encoded({ isFinal: true, opcode: CLOSE, body: Buffer.from([3, 232]), mask: 7 });
  const text = encoded({ isFinal: true, opcode: TEXT, body: utf8("late"), mask: 9 });
  assert.deepEqual(heard([Buffer.concat([text, close, text])], true), ["text late", "close 1000"]);
  const cut = [Buffer.concat([text, close.subarray(0, 7)]), close.subarray(7), text];
  assert.deepEqual(heard(cut, true), ["text late", "close 1000"]);
});

test("a text that is no UTF-8, and one without a mask, are the library's to refuse", () => {
  const broken = encoded({ isFinal: true, opcode: TEXT, body: Uint8Array.of(0xc3, 0x28), mask: 0x01020304 });
  assert.deepEqual(heard([broken], true), ["error WS_ERR_INVALID_UTF8"]);
  assert.deepEqual(heard([Buffer.from([0x81, 1, 65])], true), ["error WS_ERR_EXPECTED_MASK"]);
});
