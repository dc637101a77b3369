import { createHash } from "node:crypto";

/** Two images fit into 16 MB of flash, beside settings and storage. */
const DEFAULT_ROOM_BYTES = 4 * 1024 * 1024;

const MAGIC = 0xe9;
const HEADER_BYTES = 24;
const SEGMENT_HEADER_BYTES = 8;
const CHECKSUM_SEED = 0xef;
const DIGEST_BYTES = 32;

/** Where the segments of an image end, and the exclusive-or of their bytes; undefined when they leave the image. */
function measureSegments(image: Buffer): { readonly end: number; readonly checksum: number } | undefined {
  let end = HEADER_BYTES;
  let checksum = CHECKSUM_SEED;
  for (let segment = 0; segment < (image[1] as number); segment++) {
    if (end + SEGMENT_HEADER_BYTES > image.length) return undefined;
    const start = end + SEGMENT_HEADER_BYTES;
    end = start + image.readUInt32LE(end + 4);
    if (end > image.length) return undefined;
    for (const byte of image.subarray(start, end)) checksum ^= byte;
  }
  return { end, checksum };
}

/**
 * Whether bytes are an image that ESP32's boot loader would start: magic number, segments, their checksum in the last
 * byte of a block of 16, and where the header says so a SHA-256 of all before it (ESP-IDF, "App Image Format").
 */
export function isFirmwareImage(bytes: Uint8Array): boolean {
  const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (image.length < HEADER_BYTES || image[0] !== MAGIC) return false;
  const segments = measureSegments(image);
  if (!segments) return false;
  const checksumAt = segments.end + (15 - (segments.end % 16));
  if (image[checksumAt] !== segments.checksum) return false;
  if (image[HEADER_BYTES - 1] !== 1) return true;
  const digest = createHash("sha256")
    .update(image.subarray(0, checksumAt + 1))
    .digest();
  return digest.equals(image.subarray(checksumAt + 1, checksumAt + 1 + DIGEST_BYTES));
}

/** What the boot loader knows of an image that was installed (ESP-IDF, "App Rollback"). */
export type Trial = "new" | "pending" | "valid" | "aborted";

/**
 * The place in a device's flash memory where its next firmware is written, and the boot loader that decides which runs:
 * an image gets one start to be confirmed in; after that the former one is back.
 */
export class FirmwareSlot {
  readonly roomBytes: number;
  /** The image that was installed last. A device goes on with its build unless a test says what else an image is. */
  installed: Uint8Array | undefined;
  /** Whether it may run. */
  trial: Trial | undefined;
  /** Bytes after which the memory takes no more, as when it is worn. */
  failsAfterBytes = Number.POSITIVE_INFINITY;
  #draft: Buffer | undefined;
  #length = 0;

  constructor(roomBytes = DEFAULT_ROOM_BYTES) {
    this.roomBytes = roomBytes;
  }

  begin(): void {
    this.#draft = Buffer.alloc(0);
    this.#length = 0;
  }

  /** Adds a piece at the end, or at an offset; false when it does not fit, or is not the beginning of an image. */
  write(piece: Uint8Array, offset = this.#length): boolean {
    const end = offset + piece.byteLength;
    if (!this.#draft || end > Math.min(this.roomBytes, this.failsAfterBytes)) return false;
    if (offset === 0 && piece.byteLength > 0 && piece[0] !== MAGIC) return false;
    if (end > this.#draft.length) {
      const grown = Buffer.alloc(Math.min(this.roomBytes, Math.max(end, this.#draft.length * 2)), 0xff);
      this.#draft.copy(grown);
      this.#draft = grown;
    }
    this.#draft.set(piece, offset);
    this.#length = Math.max(this.#length, end);
    return true;
  }

  /** Takes the image for the next start; false when it is damaged, and then nothing changes. */
  complete(): boolean {
    const image = this.#draft?.subarray(0, this.#length);
    this.abort();
    if (!image || !isFirmwareImage(image)) return false;
    this.installed = Uint8Array.from(image);
    this.trial = "new";
    return true;
  }

  /** At a reset: the image to run, undefined for the one that the device came with. */
  boot(): Uint8Array | undefined {
    if (this.trial === "new") this.trial = "pending";
    else if (this.trial === "pending") this.trial = "aborted";
    return this.trial === "aborted" ? undefined : this.installed;
  }

  /** The installed image runs and has not been confirmed. */
  get isOnTrial(): boolean {
    return this.trial === "pending";
  }

  confirm(): void {
    if (this.trial === "pending") this.trial = "valid";
  }

  abort(): void {
    this.#draft = undefined;
  }
}
