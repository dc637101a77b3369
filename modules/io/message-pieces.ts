import { log } from "../system/log.ts";

/** A longer message is dropped: it would not fit the heap of a device. */
const MAX_MESSAGE_BYTES = 32 * 1024;

/** Gathers a message that arrives in pieces. */
export class MessagePieces {
  #pieces: Uint8Array[] = [];
  #byteLength = 0;

  /** An empty piece, which may still be the end of a message, has nothing to read. */
  add(piece: ArrayBuffer | undefined): void {
    this.#byteLength += piece?.byteLength ?? 0;
    if (this.#byteLength > MAX_MESSAGE_BYTES) this.#pieces = [];
    else if (piece) this.#pieces.push(new Uint8Array(piece));
  }

  /** The whole message, and room for the next one; undefined when it was too long. */
  take(): Uint8Array | undefined {
    const pieces = this.#pieces;
    const byteLength = this.#byteLength;
    this.clear();
    if (byteLength > MAX_MESSAGE_BYTES) {
      log.warn("message dropped: too long", { bytes: byteLength });
      return undefined;
    }
    if (pieces.length === 1) return pieces[0];
    const bytes = new Uint8Array(byteLength);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.byteLength;
    }
    return bytes;
  }

  clear(): void {
    this.#pieces = [];
    this.#byteLength = 0;
  }
}

/** A message as text; undefined, with a line in the log, when it is not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
    return String.fromArrayBuffer((whole ? bytes.buffer : bytes.slice().buffer) as ArrayBuffer);
  } catch {
    log.warn("message dropped: not UTF-8", { bytes: bytes.byteLength });
    return undefined;
  }
}
