import { toHex } from "../../protocol/hex.ts";
import { isSignedP256 } from "../io/crypto/p256.ts";
import { Sha256 } from "../io/crypto/sha256.ts";
import { checkImageIdentity, ImageRefusedError, readImageIdentity } from "./image-identity.ts";
import { readSignatureBlock, SIGNATURE_BLOCK_BYTES } from "./signature-block.ts";

/** What an image must be. */
export interface ExpectedImage {
  readonly project: string;
  readonly board: string;
  /** Absent where any will do. */
  readonly version?: string | undefined;
  /** Of the whole image, 64 hexadecimal digits, where the server has told it. */
  readonly sha256?: string | undefined;
  /** Whose signature it must bear: 64 bytes, where the build has a key. */
  readonly publicKey?: Uint8Array | undefined;
}

/** What an image's maker has signed, as it comes: all but its last bytes, which are the signature. */
class SignedPart {
  readonly #hash = new Sha256();
  readonly #block = new Uint8Array(SIGNATURE_BLOCK_BYTES);
  /** Bytes until the block begins. */
  #leftBytes: number;
  #blockBytes = 0;

  constructor(imageBytes: number) {
    this.#leftBytes = Math.max(0, imageBytes - SIGNATURE_BLOCK_BYTES);
  }

  add(piece: Uint8Array): void {
    const signed = piece.subarray(0, this.#leftBytes);
    if (signed.byteLength > 0) this.#hash.add(signed);
    this.#leftBytes -= signed.byteLength;
    const rest = piece.subarray(signed.byteLength, signed.byteLength + SIGNATURE_BLOCK_BYTES - this.#blockBytes);
    this.#block.set(rest, this.#blockBytes);
    this.#blockBytes += rest.byteLength;
  }

  /** @throws ImageRefusedError when it is not signed, or by somebody else */
  finish(publicKey: Uint8Array): void {
    const signature = readSignatureBlock(this.#block.subarray(0, this.#blockBytes));
    if (!signature) throw new ImageRefusedError("the image is not signed");
    if (isSignedP256(this.#hash.finish(), signature, publicKey)) return;
    throw new ImageRefusedError("the image's signature is not that of this device's maker");
  }
}

/** Looks at an image as it comes: first what it is, in the end whether every byte is what its maker and the server say. */
export class ImageCheck {
  readonly #expected: ExpectedImage;
  readonly #hash = new Sha256();
  readonly #signed: SignedPart | undefined;
  #isIdentified = false;

  /** @param imageBytes its length, as the server has told it */
  constructor(expected: ExpectedImage, imageBytes: number) {
    this.#expected = expected;
    this.#signed = expected.publicKey && new SignedPart(imageBytes);
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
    this.#signed?.add(piece);
  }

  /** @throws ImageRefusedError when the bytes are not those that the server announced, or not signed as they must be */
  finish(): void {
    const found = toHex(this.#hash.finish());
    const { sha256, publicKey } = this.#expected;
    if (sha256 !== undefined && sha256.toLowerCase() !== found) {
      throw new ImageRefusedError(`the image has the SHA-256 ${found}, announced was ${sha256}`);
    }
    if (publicKey) this.#signed?.finish(publicKey);
  }
}
