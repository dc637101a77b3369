import BER from "ber";
import { Digest } from "crypt";
import ECDSA from "ecdsa";
import PKCS1_5 from "pkcs1_5";
import type { PublicKey, SignedBytes } from "x509";

/** Hashes of signatures by the last number of their algorithm; MD5 and SHA-1 are not trusted any more. */
const RSA_ALGORITHM = "1,2,840,113549,1,1,";
const ECDSA_ALGORITHM = "1,2,840,10045,4,3,";

interface Hash {
  readonly name: "SHA256" | "SHA384" | "SHA512";
  /** Last number of its object identifier. */
  readonly oid: number;
}

function hashOf(algorithm: string): Hash | undefined {
  switch (algorithm) {
    case `${RSA_ALGORITHM}11`:
    case `${ECDSA_ALGORITHM}2`:
      return { name: "SHA256", oid: 1 };
    case `${RSA_ALGORITHM}12`:
    case `${ECDSA_ALGORITHM}3`:
      return { name: "SHA384", oid: 2 };
    case `${RSA_ALGORITHM}13`:
    case `${ECDSA_ALGORITHM}4`:
      return { name: "SHA512", oid: 3 };
    default:
      return undefined;
  }
}

function digestOf({ name }: Hash, bytes: Uint8Array): ArrayBuffer {
  const digest = new Digest(name);
  digest.write(bytes.slice().buffer as ArrayBuffer);
  return digest.close();
}

/** Whether both numbers of an ECDSA signature are in range; the SDK does not ask, and zeros would fit any content. */
export function isInRange(signature: Uint8Array, order: bigint): boolean {
  const numbers = new BER(new BER(signature).getSequence());
  for (let count = 0; count < 2; count++) {
    const number = numbers.getInteger();
    if (number <= 0n || number >= order) return false;
  }
  return true;
}

/** Whether the owner of `key` has signed these bytes. Of RSA, the whole padding is compared (RFC 8017 §8.2.2). */
export function isSigned({ tbs, algo, sig }: SignedBytes, key: PublicKey): boolean {
  const algorithm = algo.toString();
  const hash = hashOf(algorithm);
  if (!hash) return false;
  const digest = digestOf(hash, tbs);
  if (algorithm.startsWith(ECDSA_ALGORITHM)) {
    if (!key.curve || !key.pub || !isInRange(sig, key.curve.n)) return false;
    return new ECDSA(key.pub, key.curve, false).verify(digest, sig, true);
  }
  if (key.modulus === undefined) return false;
  const rsa = new PKCS1_5(key, false, [2, 16, 840, 1, 101, 3, 4, 2, hash.oid]);
  const padded = rsa.emsaEncode(digest, rsa.modulusSize - 1);
  return rsa.rsa.process(BigInt.fromArrayBuffer(sig.slice().buffer as ArrayBuffer)) === padded;
}
