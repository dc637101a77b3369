import { type Cipheriv, createCipheriv } from "node:crypto";

const BLOCK_BYTES = 16;
const BLOCK_SHIFT = 4;

/**
 * AES-128-CTR of one session; each packet's header is its first counter block (NIST SP 800-38A, 6.5). The blocks are
 * encrypted in one context that lives as long as the session: a context for each packet costs several times as much as the
 * packet.
 */
export class AudioCipher {
  readonly #blocks: Cipheriv;

  /** `key` has 16 bytes. */
  constructor(key: Uint8Array) {
    this.#blocks = createCipheriv("aes-128-ecb", key, null);
    this.#blocks.setAutoPadding(false);
  }

  /** Encrypts or decrypts; both are the same. `header` has 16 bytes. */
  apply(header: Uint8Array, bytes: Uint8Array): Uint8Array {
    const stream = this.#blocks.update(countersFrom(header, bytes.byteLength));
    const result = stream.subarray(0, bytes.byteLength);
    for (let at = 0; at < result.byteLength; at++) result[at] = (result[at] as number) ^ (bytes[at] as number);
    return result;
  }
}

/** As many counter blocks as so many bytes need: a big-endian number of 128 bits that rises by one. */
function countersFrom(first: Uint8Array, byteLength: number): Buffer {
  const count = (byteLength + BLOCK_BYTES - 1) >> BLOCK_SHIFT;
  const blocks = Buffer.allocUnsafe(count * BLOCK_BYTES);
  let block = Buffer.from(first.buffer, first.byteOffset, BLOCK_BYTES);
  for (let n = 0; n < count; n++) {
    const next = blocks.subarray(n * BLOCK_BYTES, (n + 1) * BLOCK_BYTES);
    next.set(block);
    if (n > 0) countUp(next);
    block = next;
  }
  return blocks;
}

function countUp(block: Buffer): void {
  let at = BLOCK_BYTES - 1;
  while (at >= 0 && block[at] === 0xff) block[at--] = 0;
  if (at >= 0) block[at] = (block[at] as number) + 1;
}
