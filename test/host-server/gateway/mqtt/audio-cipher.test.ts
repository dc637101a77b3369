import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { AudioCipher } from "../../../../host-server/gateway/mqtt/audio-cipher.ts";

const key = fc.uint8Array({ minLength: 16, maxLength: 16 });
/** Counters that run over, too: at the end of the sequence, of the timestamp, and of all. */
const header = fc.oneof(
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
  fc.integer({ min: 0, max: 16 }).map((zeros) => Uint8Array.from({ length: 16 }, (_, at) => (at < zeros ? at : 0xff))),
);

test("what it does to one packet after the other is AES-128-CTR as OpenSSL does it", () => {
  const packets = fc.array(fc.tuple(header, fc.uint8Array({ maxLength: 1500 })), { maxLength: 5 });
  fc.assert(
    fc.property(key, packets, (bytes, list) => {
      const cipher = new AudioCipher(bytes);
      for (const [first, audio] of list) {
        const expected = createCipheriv("aes-128-ctr", bytes, first).update(audio);
        const encrypted = cipher.apply(first, audio);
        assert.deepEqual(Buffer.from(encrypted), expected);
        assert.deepEqual(Uint8Array.from(cipher.apply(first, encrypted)), audio);
      }
    }),
  );
});
