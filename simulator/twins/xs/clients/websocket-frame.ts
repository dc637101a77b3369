import { mask } from "host";

/** The head of a WebSocket frame (RFC 6455, section 5.2). */
export interface FrameHead {
  opcode: number;
  isFinal: boolean;
  byteLength: number;
}

/** A frame that a client must not get: reserved bits, unknown opcodes, masks, overlong control frames. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** How many bytes the head has, as far as its first two bytes tell; two, while these are missing. */
export function headBytes(bytes: readonly number[]): number {
  const length = (bytes[1] ?? 0) & 0x7f;
  return length === 127 ? 10 : length === 126 ? 4 : 2;
}

/**
 * The head that `bytes` make up, undefined while some are missing.
 * @throws FrameError
 */
export function parseHead(bytes: readonly number[]): FrameHead | undefined {
  if (bytes.length < 2 || bytes.length < headBytes(bytes)) return undefined;
  const [first = 0, second = 0] = bytes;
  const opcode = first & 15;
  const isControl = opcode >= 8;
  if (first & 0x70) throw new FrameError("reserved bits are set");
  if (opcode > 10 || (opcode > 2 && opcode < 8)) throw new FrameError(`unknown opcode ${opcode}`);
  // Section 5.1: a client closes when it gets a masked frame.
  if (second & 0x80) throw new FrameError("masked by the server");
  let byteLength = second & 0x7f;
  if (byteLength > 125) {
    byteLength = 0;
    for (const byte of bytes.slice(2)) byteLength = byteLength * 256 + byte;
  }
  if (byteLength > Number.MAX_SAFE_INTEGER) throw new FrameError(`length ${byteLength}`);
  if (isControl && byteLength > 125) throw new FrameError(`control frame of ${byteLength} bytes`);
  return { opcode, isFinal: (first & 0x80) !== 0, byteLength };
}

/** Bytes that a masked frame needs beside its payload. */
export function overheadBytes(byteLength: number): number {
  return (byteLength < 126 ? 2 : byteLength < 65536 ? 4 : 10) + 4;
}

/** A masked frame; `first` is the byte with the opcode and the final bit. */
export function encodeFrame(first: number, payload: Uint8Array): Uint8Array {
  const { byteLength } = payload;
  const overhead = overheadBytes(byteLength);
  const frame = new Uint8Array(overhead + byteLength);
  frame[0] = first;
  if (byteLength < 126) frame[1] = 0x80 | byteLength;
  else writeLength(frame, byteLength);
  const key = overhead - 4;
  for (let i = 0; i < 4; i++) frame[key + i] = Math.random() * 256;
  frame.set(payload, overhead);
  mask(frame, key);
  return frame;
}

function writeLength(frame: Uint8Array, byteLength: number): void {
  const isShort = byteLength < 65536;
  frame[1] = 0x80 | (isShort ? 126 : 127);
  let rest = byteLength;
  for (let i = isShort ? 3 : 9; i > 1; i--) {
    frame[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The key of a handshake: 16 random bytes in base64. */
export function randomKey(): string {
  let key = "";
  for (let i = 0; i < 21; i++) key += BASE64.charAt(Math.floor(Math.random() * 64));
  // The last character carries two bits only.
  return `${key}${BASE64.charAt(Math.floor(Math.random() * 4) * 16)}==`;
}
