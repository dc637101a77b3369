import { toHex } from "../../protocol/hex.ts";
import { Sha256 } from "../io/crypto/sha256.ts";
import { checkImageIdentity, ImageRefusedError, readImageIdentity } from "./image-identity.ts";

/** What an image must be. */
export interface ExpectedImage {
  readonly project: string;
  readonly board: string;
  /** Absent where any will do. */
  readonly version?: string | undefined;
  /** Of the whole image, 64 hexadecimal digits, where the server has told it. */
  readonly sha256?: string | undefined;
}

/** Looks at an image as it comes: first what it is, in the end whether every byte is what the server announced. */
export class ImageCheck {
  readonly #expected: ExpectedImage;
  readonly #hash = new Sha256();
  #isIdentified = false;

  constructor(expected: ExpectedImage) {
    this.#expected = expected;
  }

  /**
   * The next piece. The first one must hold the image's description.
   *
   * @throws ImageRefusedError naming what is wrong; nothing of the image may be used then
   */
  add(piece: Uint8Array): void {
    if (!this.#isIdentified) checkImageIdentity(readImageIdentity(piece), this.#expected);
    this.#isIdentified = true;
    this.#hash.add(piece);
  }

  /** @throws ImageRefusedError when the bytes are not those that the server announced */
  finish(): void {
    const found = toHex(this.#hash.finish());
    const { sha256 } = this.#expected;
    if (sha256 !== undefined && sha256.toLowerCase() !== found) {
      throw new ImageRefusedError(`the image has the SHA-256 ${found}, announced was ${sha256}`);
    }
  }
}
