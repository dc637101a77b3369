import { type Cipheriv, createCipheriv } from "node:crypto";

const BLOCK_BYTES = 16;
/** Counter blocks of one packet; longer ones than a datagram get a place of their own. */
const scratch = Buffer.alloc(1536);

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
    const result = this.#blocks.update(countersFrom(header, bytes.byteLength)).subarray(0, bytes.byteLength);
    for (let at = 0; at < result.length; at++) result[at] = (result[at] as number) ^ (bytes[at] as number);
    return result;
  }

  /** Encrypts `bytes` into a datagram that begins with its header. */
  seal(datagram: Uint8Array, bytes: Uint8Array): void {
    const stream = this.#blocks.update(countersFrom(datagram, bytes.byteLength));
    for (let at = 0; at < bytes.length; at++) {
      datagram[BLOCK_BYTES + at] = (stream[at] as number) ^ (bytes[at] as number);
    }
  }
}

/**
 * As many counter blocks as so many bytes need: a big-endian number of 128 bits that rises by one. They lie where the next
 * call puts its own; to make a view of each would cost more than to encrypt them.
 */
function countersFrom(first: Uint8Array, byteLength: number): Uint8Array {
  const end = (byteLength + BLOCK_BYTES - 1) & -BLOCK_BYTES;
  const blocks = end <= scratch.length ? scratch : Buffer.allocUnsafe(end);
  for (let at = 0; at < BLOCK_BYTES; at++) blocks[at] = first[at] as number;
  for (let at = BLOCK_BYTES; at < end; at += BLOCK_BYTES) {
    for (let n = 0; n < BLOCK_BYTES; n++) blocks[at + n] = blocks[at + n - BLOCK_BYTES] as number;
    countUp(blocks, at);
  }
  return blocks.subarray(0, end);
}

/** Raises the block that begins at `first`. */
function countUp(blocks: Uint8Array, first: number): void {
  let at = first + BLOCK_BYTES - 1;
  while (at >= first && blocks[at] === 0xff) blocks[at--] = 0;
  if (at >= first) blocks[at] = (blocks[at] as number) + 1;
}
