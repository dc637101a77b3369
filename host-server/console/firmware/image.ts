import { ConsoleError } from "../errors.ts";

/** What an image says it is. */
export interface ImageDescription {
  readonly project: string;
  readonly version: string;
  /** Empty where the image does not say: only this project's do. */
  readonly board: string;
}

/** Of ESP-IDF's "App Image Format": a header of 24 bytes, one of a segment of 8, and then the description. */
const IMAGE_MAGIC = 0xe9;
const DESCRIPTION_MAGIC = 0xabcd5432;
const DESCRIPTION_AT = 32;
const DESCRIPTION_BYTES = 256;
const VERSION_AT = DESCRIPTION_AT + 16;
const PROJECT_AT = DESCRIPTION_AT + 48;
const TEXT_BYTES = 32;
/** This project's own description follows: "XZXS", the number of its form, project, board, version. */
const IDENTITY_AT = DESCRIPTION_AT + DESCRIPTION_BYTES;
const IDENTITY_FORM = 2;
const BOARD_BYTES = 64;
/** As many bytes must be there to tell. */
const HEAD_BYTES = IDENTITY_AT + 8 + TEXT_BYTES + BOARD_BYTES + TEXT_BYTES;

/** What an image says of itself. @throws ConsoleError `image-invalid` for what is none of an application */
export function describeImage(image: Uint8Array): ImageDescription {
  if (image.byteLength < HEAD_BYTES) throw invalid(`${image.byteLength} bytes are too few for an application`);
  if (image[0] !== IMAGE_MAGIC) throw invalid(`the first byte of an image is ${IMAGE_MAGIC}, got ${image[0]}`);
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  if (view.getUint32(DESCRIPTION_AT, true) !== DESCRIPTION_MAGIC) throw invalid("it holds no application");
  const isOurs = textAt(image, IDENTITY_AT, 4) === "XZXS" && image[IDENTITY_AT + 4] === IDENTITY_FORM;
  if (!isOurs) {
    return {
      project: textAt(image, PROJECT_AT, TEXT_BYTES),
      version: textAt(image, VERSION_AT, TEXT_BYTES),
      board: "",
    };
  }
  const [project, board, version] = [
    textAt(image, IDENTITY_AT + 8, TEXT_BYTES),
    textAt(image, IDENTITY_AT + 8 + TEXT_BYTES, BOARD_BYTES),
    textAt(image, IDENTITY_AT + 8 + TEXT_BYTES + BOARD_BYTES, TEXT_BYTES),
  ];
  return { project, board, version };
}

function textAt(image: Uint8Array, at: number, bytes: number): string {
  const field = image.subarray(at, at + bytes);
  const end = field.indexOf(0);
  return Buffer.from(field.subarray(0, end < 0 ? bytes : end))
    .toString("latin1")
    .replaceAll(/[^\x20-\x7e]/g, "");
}

function invalid(reason: string): ConsoleError {
  return new ConsoleError(400, "image-invalid", reason);
}
