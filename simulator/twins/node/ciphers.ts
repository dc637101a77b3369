import { type Cipheriv, createCipheriv, createHash, type Hash } from "node:crypto";
import type { TwinPart } from "./part.ts";

const BLOCK_BYTES = 16;

/**
 * AES in counter mode with one key. The counter blocks are encrypted in one context for as long as the key stays: a context for
 * each packet of sound costs several times as much as the packet.
 */
class CounterMode {
  readonly #key: Buffer;
  readonly #blocks: Cipheriv;

  constructor(key: ArrayBuffer) {
    this.#key = Buffer.from(key.slice(0));
    this.#blocks = createCipheriv(`aes-${key.byteLength * 8}-ecb`, this.#key, null);
    this.#blocks.setAutoPadding(false);
  }

  hasKey(key: ArrayBuffer): boolean {
    return this.#key.equals(new Uint8Array(key));
  }

  /** `data` with the key stream that begins with block `iv`, from byte `position` of it on. */
  apply(iv: ArrayBuffer, position: number, data: ArrayBuffer): Uint8Array {
    const skipped = position % BLOCK_BYTES;
    const counters = countersAfter(iv, Math.floor(position / BLOCK_BYTES), skipped + data.byteLength);
    const stream = this.#blocks.update(counters);
    const result = new Uint8Array(data.slice(0));
    for (let at = 0; at < result.length; at++) result[at] = (result[at] as number) ^ (stream[skipped + at] as number);
    return result;
  }
}

/** The counter blocks for so many bytes, the first of them `blocks` after `iv`: big-endian numbers of 128 bits. */
function countersAfter(iv: ArrayBuffer, blocks: number, byteLength: number): Buffer {
  const counters = Buffer.alloc(Math.ceil(byteLength / BLOCK_BYTES) * BLOCK_BYTES);
  const first = Buffer.from(iv);
  for (let at = 0; at < counters.length; at += BLOCK_BYTES) {
    let carry = blocks + at / BLOCK_BYTES;
    for (let n = BLOCK_BYTES - 1; n >= 0; n--) {
      const sum = (first[n] as number) + carry;
      counters[at + n] = sum;
      carry = Math.floor(sum / 256);
    }
  }
  return counters;
}

/** The Node side of `crypt`. */
export function createCiphers(): TwinPart {
  const hashes = new Map<number, Hash>();
  let lastHash = 0;
  let counterMode: CounterMode | undefined;
  return {
    calls: {
      /** AES in counter mode, from byte `position` of the key stream on. */
      "crypt.ctr": (key: ArrayBuffer, iv: ArrayBuffer, position: number, data: ArrayBuffer) => {
        if (!counterMode?.hasKey(key)) counterMode = new CounterMode(key);
        return counterMode.apply(iv, position, data);
      },
      "crypt.begin": (type: string) => {
        hashes.set(++lastHash, createHash(type.toLowerCase()));
        return lastHash;
      },
      "crypt.add": (id: number, data: ArrayBuffer) => {
        hashes.get(id)?.update(new Uint8Array(data));
      },
      /** The digest so far; unless more is to follow, the hash is over. */
      "crypt.end": (id: number, more: boolean) => {
        const digest = hashes.get(id)?.copy().digest();
        if (!more) hashes.delete(id);
        return digest && new Uint8Array(digest);
      },
      "crypt.reset": (id: number, type: string) => {
        hashes.set(id, createHash(type.toLowerCase()));
      },
      "crypt.digestBytes": (type: string) => createHash(type.toLowerCase()).digest().byteLength,
    },
    close: () => hashes.clear(),
  };
}
