import { createCipheriv, createHash, type Hash } from "node:crypto";
import type { TwinPart } from "./part.ts";

const BLOCK_BYTES = 16;

/** The counter block that stands `blocks` after `iv`, as one big-endian number of 128 bits. */
function counterAfter(iv: ArrayBuffer, blocks: number): Buffer {
  const counter = (BigInt(`0x${Buffer.from(iv).toString("hex")}`) + BigInt(blocks)) & ((1n << 128n) - 1n);
  return Buffer.from(counter.toString(16).padStart(2 * BLOCK_BYTES, "0"), "hex");
}

/** The Node side of `crypt`. */
export function createCiphers(): TwinPart {
  const hashes = new Map<number, Hash>();
  let lastHash = 0;
  return {
    calls: {
      /** AES in counter mode, from byte `position` of the key stream on. */
      "crypt.ctr": (key: ArrayBuffer, iv: ArrayBuffer, position: number, data: ArrayBuffer) => {
        const counter = counterAfter(iv, Math.floor(position / BLOCK_BYTES));
        const cipher = createCipheriv(`aes-${key.byteLength * 8}-ctr`, new Uint8Array(key), counter);
        cipher.update(new Uint8Array(position % BLOCK_BYTES));
        return new Uint8Array(cipher.update(new Uint8Array(data)));
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
