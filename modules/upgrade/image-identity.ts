import { frozen } from "../../protocol/frozen.ts";

/** What a firmware image says it is. */
export interface ImageIdentity {
  /** `xiaozhi` for this firmware. */
  readonly project: string;
  /** Folder of the board that it was built for. */
  readonly board: string;
  readonly version: string;
}

/** What an image must be; members that are absent do not matter. */
type ExpectedIdentity = { readonly [member in keyof ImageIdentity]?: string | undefined };

/** An image that must not run on this device. */
export class ImageRefusedError extends Error {
  override readonly name = "ImageRefusedError";
  readonly code = "image-refused";
}

const IMAGE_MAGIC = 0xe9;
/** Of ESP-IDF's description of an application, and where it begins in every image ("App Image Format"). */
const DESCRIPTION_MAGIC = 0xabcd5432;
const DESCRIPTION_AT = 32;
const DESCRIPTION_BYTES = 256;

/**
 * Our own description follows ESP-IDF's ("Adding a Custom Structure to an Application"): "XZXS", the number of its
 * form, then project (32 bytes of text that end with zeros), board (64) and version (32).
 */
const IDENTITY_AT = DESCRIPTION_AT + DESCRIPTION_BYTES;
const IDENTITY_MAGIC = frozen([0x58, 0x5a, 0x58, 0x53]);
const IDENTITY_FORM = 2;
const TEXTS_AT = IDENTITY_AT + 8;
const PROJECT_BYTES = 32;
const BOARD_BYTES = 64;
const VERSION_BYTES = 32;
const BOARD_AT = TEXTS_AT + PROJECT_BYTES;
const VERSION_AT = BOARD_AT + BOARD_BYTES;

/** So much of an image is needed to know what it is. */
export const IDENTITY_END = VERSION_AT + VERSION_BYTES;

function textAt(bytes: Uint8Array, at: number, byteLength: number): string {
  let text = "";
  for (let index = at; index < at + byteLength; index++) {
    const byte = bytes[index] as number;
    if (byte === 0) return text;
    // What is not printable ASCII is in no name of ours.
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "?";
  }
  return text;
}

/**
 * What the beginning of an image says it is.
 *
 * @throws ImageRefusedError when it is no image, or one without a description of ours
 */
export function readImageIdentity(bytes: Uint8Array): ImageIdentity {
  if (bytes[0] !== IMAGE_MAGIC) throw new ImageRefusedError("this is no firmware image");
  if (bytes.byteLength < IDENTITY_END) {
    throw new ImageRefusedError(`an image of ${bytes.byteLength} bytes is too short to say what it is`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isDescribed = view.getUint32(DESCRIPTION_AT, true) === DESCRIPTION_MAGIC;
  const isOurs = IDENTITY_MAGIC.every((byte, index) => bytes[IDENTITY_AT + index] === byte);
  if (!isDescribed || !isOurs || bytes[IDENTITY_AT + 4] !== IDENTITY_FORM) {
    throw new ImageRefusedError("the image does not say for which board it is");
  }
  return {
    project: textAt(bytes, TEXTS_AT, PROJECT_BYTES),
    board: textAt(bytes, BOARD_AT, BOARD_BYTES),
    version: textAt(bytes, VERSION_AT, VERSION_BYTES),
  };
}

/**
 * Compares what an image is with what it must be; a version only where one was announced.
 *
 * @throws ImageRefusedError naming the first difference
 */
export function checkImageIdentity(image: ImageIdentity, expected: ExpectedIdentity): void {
  for (const member of ["project", "board", "version"] as const) {
    const wanted = expected[member];
    if (wanted === undefined || image[member] === wanted) continue;
    throw new ImageRefusedError(`the image is of ${member} "${image[member]}", expected "${wanted}"`);
  }
}
