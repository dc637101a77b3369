import Curve from "curve";
import ECDSA from "ecdsa";
import ECPoint from "ecp";
import type { Environment } from "../environment.ts";

/** A signature of the text "firmware", made by OpenSSL. */
const X = 0x0e16133f5306a269f63363f4993025871492b5a7cafd488d2efc7ea8eee089d6n;
const Y = 0x6db574d629022cd1174fea6461da94634b8cfcf675530320dc88c34dea0f9b06n;
const DIGEST = "c3bf47ea1f4a4a605470313cacb3a44f4a461f68c6faeab07e737610cb5ac835";
const SIGNATURE =
  "5a1586aa6cca5a0058608e2084d8a33287218d1ae88b5563902d0eeb6a31c0f4" +
  "740e258a4690a2c0a7a388e76c0df8d4e78c56c1684782a98dc799ac9283bfb4";

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}

/** Signatures over P-256 of a hash: the right one, and one changed bit in each of what goes in. */
export default function ecdsa({ say, done }: Environment): void {
  const curve = new Curve("secp256r1");
  say(curve.n.toString(16));
  const verify = (digest: Uint8Array, signature: Uint8Array, x = X) => {
    return new ECDSA(new ECPoint(x, Y), curve, false).verify(digest.buffer as ArrayBuffer, signature, false);
  };
  say(verify(bytesOf(DIGEST), bytesOf(SIGNATURE)));
  for (const at of [0, 31]) {
    const digest = bytesOf(DIGEST);
    digest[at] = (digest[at] as number) ^ 1;
    say(verify(digest, bytesOf(SIGNATURE)));
  }
  for (const at of [0, 31, 32, 63]) {
    const signature = bytesOf(SIGNATURE);
    signature[at] = (signature[at] as number) ^ 1;
    say(verify(bytesOf(DIGEST), signature));
  }
  const [r, s] = [SIGNATURE.slice(0, 64), SIGNATURE.slice(64)];
  say(verify(bytesOf(DIGEST), bytesOf(s + r)));
  // A piece of a larger buffer.
  say(verify(bytesOf(DIGEST), bytesOf(`00${SIGNATURE}00`).subarray(1, 65)));
  done();
}
