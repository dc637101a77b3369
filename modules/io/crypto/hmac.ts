import { Digest } from "crypt";

const BLOCK_BYTES = 64;

/** The key as one block of the hash, each byte combined with `pad`. */
function padded(key: Uint8Array, pad: number): ArrayBuffer {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(key);
  return block.map((byte) => byte ^ pad).buffer;
}

/**
 * HMAC-SHA256 (RFC 2104) of a text in UTF-8, as 32 bytes.
 *
 * @throws RangeError when the key has more than 64 bytes
 */
export function hmacSha256(key: Uint8Array, text: string): Uint8Array {
  if (key.byteLength > BLOCK_BYTES) throw new RangeError(`expected a key of at most ${BLOCK_BYTES} bytes`);
  const inner = new Digest("SHA256");
  inner.write(padded(key, 0x36));
  inner.write(ArrayBuffer.fromString(text));
  const outer = new Digest("SHA256");
  outer.write(padded(key, 0x5c));
  outer.write(inner.close());
  return new Uint8Array(outer.close());
}
