import { Digest } from "crypt";

/** SHA-256 (FIPS 180-4) of bytes that come piece by piece. */
export class Sha256 {
  readonly #digest = new Digest("SHA256");

  add(piece: Uint8Array): void {
    this.#digest.write(piece.slice().buffer as ArrayBuffer);
  }

  /** The 32 bytes; nothing can be added afterwards. */
  finish(): Uint8Array {
    return new Uint8Array(this.#digest.close());
  }
}
