import { isUtf8 } from "node:buffer";

/** One frame with a whole text (RFC 6455, 5.2). */
const FINAL_TEXT = 0x81;
const FINAL = 0x80;
const OPCODE = 0x0f;
const CONTROL = 0x08;
const CLOSE = 0x08;
const MASKED = 0x80;
const LENGTH = 0x7f;
const MASK_BYTES = 4;
/** Longer texts are rare, and the library's native code takes their masks off faster. */
const MAX_BYTES = 4096;

/** Where a frame of a client ends. */
interface Head {
  readonly headBytes: number;
  readonly bodyBytes: number;
}

/**
 * Reads what nearly all messages of a client are, a short text in a masked frame that came in one piece, and leaves every
 * other frame whole to the WebSocket library, with all its rules. For messages of a hundred bytes the library takes longer
 * than everything that a relay does with them.
 */
export class TextFrameReader {
  readonly #onText: (text: string) => void;
  readonly #pass: (bytes: Buffer) => void;
  /** The beginning of a frame, too short to tell where it ends. */
  #held: Buffer | undefined;
  /** Bytes to come of a frame that is the library's. */
  #passing = 0;
  /** Some of the present chunk was the library's: so is the rest, for it tells of an error only after that. */
  #isChunkPassed = false;
  /** A message in several frames has begun: a text between them is an error, which the library tells. */
  #isInMessage = false;
  /** What is being passed is a close frame. */
  #isClosing = false;
  #isOver = false;

  /** @param pass gives bytes to the library */
  constructor(onText: (text: string) => void, pass: (bytes: Buffer) => void) {
    this.#onText = onText;
    this.#pass = pass;
  }

  /** Takes what came over the connection; masks are taken off in place. */
  read(chunk: Buffer): void {
    const bytes = this.#held ? Buffer.concat([this.#held, chunk]) : chunk;
    this.#held = undefined;
    this.#isChunkPassed = false;
    let at = 0;
    while (at < bytes.length && !this.#isOver) at = this.#readFrame(bytes, at);
  }

  /** Nothing that comes from now on means anything. */
  stop(): void {
    this.#isOver = true;
  }

  /** Index after what was read. */
  #readFrame(bytes: Buffer, at: number): number {
    if (this.#passing > 0) return this.#passOn(bytes, at);
    const head = headAt(bytes, at);
    if (!head) {
      this.#held = bytes.subarray(at);
      return bytes.length;
    }
    const body = at + head.headBytes;
    const end = body + head.bodyBytes;
    const isShortText = bytes[at] === FINAL_TEXT && head.bodyBytes <= MAX_BYTES && end <= bytes.length;
    if (isShortText && !this.#isChunkPassed && !this.#isInMessage && ((bytes[at + 1] as number) & MASKED) !== 0) {
      const text = unmasked(bytes, body, end);
      if (text !== undefined) {
        this.#onText(text);
        return end;
      }
    }
    this.#passing = end - at;
    const first = bytes[at] as number;
    if ((first & CONTROL) === 0) this.#isInMessage = (first & FINAL) === 0;
    this.#isClosing = (first & OPCODE) === CLOSE;
    return this.#passOn(bytes, at);
  }

  #passOn(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#passing);
    this.#isChunkPassed = true;
    this.#passing -= end - at;
    this.#pass(bytes.subarray(at, end));
    // The library no longer listens after a close frame.
    this.#isOver ||= this.#isClosing && this.#passing === 0;
    return end;
  }
}

/** Undefined while the head is not all there. */
function headAt(bytes: Buffer, at: number): Head | undefined {
  const left = bytes.length - at;
  if (left < 2) return undefined;
  const second = bytes[at + 1] as number;
  const length = second & LENGTH;
  const lengthBytes = length === 126 ? 2 : length === 127 ? 8 : 0;
  const headBytes = 2 + lengthBytes + ((second & MASKED) === 0 ? 0 : MASK_BYTES);
  if (left < headBytes) return undefined;
  if (lengthBytes === 0) return { headBytes, bodyBytes: length };
  const bodyBytes = lengthBytes === 2 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
  return { headBytes, bodyBytes };
}

/** The text of a frame; undefined, and nothing changed, when it is not UTF-8. */
function unmasked(bytes: Buffer, from: number, to: number): string | undefined {
  const bits = toggleMask(bytes, from, to);
  if (bits < 0x80) return bytes.toString("latin1", from, to);
  if (isUtf8(bytes.subarray(from, to))) return bytes.toString("utf8", from, to);
  toggleMask(bytes, from, to);
  return undefined;
}

/** Takes the mask before these bytes off, or puts it on; gives the bits that any of them has then. */
function toggleMask(bytes: Buffer, from: number, to: number): number {
  const mask = from - MASK_BYTES;
  let bits = 0;
  for (let at = from; at < to; at++) {
    const byte = (bytes[at] as number) ^ (bytes[mask + ((at - from) & 3)] as number);
    bytes[at] = byte;
    bits |= byte;
  }
  return bits;
}
