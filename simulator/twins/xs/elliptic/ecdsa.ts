import { call } from "host";

interface Point {
  readonly X: bigint;
  readonly Y: bigint;
}

/** Twin of `ecdsa`: verifies over P-256. Like the SDK's, it does not ask whether the signature's numbers are in range. */
export default class ECDSA {
  readonly #key: Point;

  constructor(key: Point, _curve: object, isPrivate: boolean) {
    if (isPrivate) throw new Error("private keys have no twin");
    this.#key = key;
  }

  verify(digest: ArrayBuffer, signature: ArrayBuffer | Uint8Array, isDer?: boolean): boolean {
    if (isDer) throw new Error("signatures in DER have no twin");
    const { X, Y } = this.#key;
    return call("ecdsa.verify", digest, signature, X.toString(16), Y.toString(16));
  }
}
