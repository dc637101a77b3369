import { frozen } from "../../protocol/frozen.ts";

/**
 * A signed image ends with a block behind what ESP-IDF reads of it: "XZSG", the number of its form, three zeros, and an ECDSA
 * signature (P-256, two numbers of 32 bytes) of the SHA-256 of all bytes before the block.
 */
const MAGIC: readonly number[] = frozen([0x58, 0x5a, 0x53, 0x47, 1, 0, 0, 0]);
const SIGNATURE_BYTES = 64;

export const SIGNATURE_BLOCK_BYTES = MAGIC.length + SIGNATURE_BYTES;

/** The signature in the last bytes of an image; undefined when they are no block of one. */
export function readSignatureBlock(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.byteLength !== SIGNATURE_BLOCK_BYTES) return undefined;
  if (!MAGIC.every((byte, index) => bytes[index] === byte)) return undefined;
  return bytes.slice(MAGIC.length);
}

/** The block with a signature. */
export function signatureBlock(signature: Uint8Array): Uint8Array {
  const block = new Uint8Array(SIGNATURE_BLOCK_BYTES);
  block.set(MAGIC);
  block.set(signature, MAGIC.length);
  return block;
}
