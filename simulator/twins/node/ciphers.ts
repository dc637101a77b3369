import { createCipheriv, createHash } from "node:crypto";
import type { TwinPart } from "./part.ts";

const BLOCK_BYTES = 16;

/** The counter block that stands `blocks` after `iv`, as one big-endian number of 128 bits. */
function counterAfter(iv: ArrayBuffer, blocks: number): Buffer {
  const counter = (BigInt(`0x${Buffer.from(iv).toString("hex")}`) + BigInt(blocks)) & ((1n << 128n) - 1n);
  return Buffer.from(counter.toString(16).padStart(2 * BLOCK_BYTES, "0"), "hex");
}

function hash(type: string, data: ArrayBuffer): Uint8Array {
  return new Uint8Array(createHash(type.toLowerCase()).update(new Uint8Array(data)).digest());
}

/** The Node side of `crypt`. */
export function createCiphers(): TwinPart {
  return {
    calls: {
      /** AES in counter mode, from byte `position` of the key stream on. */
      "crypt.ctr": (key: ArrayBuffer, iv: ArrayBuffer, position: number, data: ArrayBuffer) => {
        const counter = counterAfter(iv, Math.floor(position / BLOCK_BYTES));
        const cipher = createCipheriv(`aes-${key.byteLength * 8}-ctr`, new Uint8Array(key), counter);
        cipher.update(new Uint8Array(position % BLOCK_BYTES));
        return new Uint8Array(cipher.update(new Uint8Array(data)));
      },
      "crypt.digest": (type: string, data: ArrayBuffer) => hash(type, data),
      "crypt.digestBytes": (type: string) => hash(type, new ArrayBuffer(0)).byteLength,
    },
    close() {},
  };
}
