import Curve from "curve";
import ECDSA from "ecdsa";
import ECPoint from "ecp";

/** Of each number of a key or a signature. */
const NUMBER_BYTES = 32;
/** A public key or a signature is two numbers. */
export const P256_BYTES = 2 * NUMBER_BYTES;

/** Big-endian number in the first or second half. */
function half(bytes: Uint8Array, index: 0 | 1): bigint {
  return BigInt.fromArrayBuffer(bytes.slice(index * NUMBER_BYTES, (index + 1) * NUMBER_BYTES).buffer);
}

/**
 * Whether the owner of a key has signed what has this SHA-256 (ECDSA over P-256, FIPS 186-5 §6.4). Key and signature: 64 bytes, two
 * numbers in big-endian order; of the key the coordinates.
 */
export function isSignedP256(digest: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.byteLength !== P256_BYTES || publicKey.byteLength !== P256_BYTES) return false;
  const curve = new Curve("secp256r1");
  // The SDK does not ask, and zeros would fit any content.
  for (const index of [0, 1] as const) {
    const number = half(signature, index);
    if (number <= 0n || number >= curve.n) return false;
  }
  const key = new ECPoint(half(publicKey, 0), half(publicKey, 1));
  return new ECDSA(key, curve, false).verify(digest.slice().buffer as ArrayBuffer, signature, false);
}
