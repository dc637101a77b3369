import { ProtocolError } from "../errors.ts";
import { frozen } from "../frozen.ts";

/** Before the lacing values (RFC 3533 §6). */
const HEADER_BYTES = 27;
const CRC_AT = 22;
const SEGMENTS_AT = 26;

const CONTINUED = 1;
const FIRST = 2;
const LAST = 4;

/** One page of an Ogg stream. */
export interface OggPage {
  readonly isContinued: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly serial: number;
  readonly sequence: number;
  /** Lengths of the segments; one of 255 goes on in the next segment. */
  readonly lacing: Uint8Array;
  readonly body: Uint8Array;
}

/** Polynomial 0x04c11db7, not reflected. */
function crcTable(): number[] {
  return Array.from({ length: 256 }, (_, index) => {
    let value = index << 24;
    for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
    return value;
  });
}

const CRC_TABLE: readonly number[] = frozen(crcTable());

function crcOf(bytes: Uint8Array, start: number): number {
  let crc = start;
  for (const byte of bytes) crc = (crc << 8) ^ (CRC_TABLE[((crc >>> 24) ^ byte) & 255] as number);
  return crc;
}

function invalid(field: string, detail: string): ProtocolError {
  return new ProtocolError("ogg-invalid", `page.${field}`, detail);
}

/** Bytes of an Ogg stream as pages, whatever pieces they come in. Holds one page at a time: at most 64 KB. */
export class OggPages {
  #header = new Uint8Array(HEADER_BYTES + 255);
  #headerBytes = HEADER_BYTES;
  #filled = 0;
  #body: Uint8Array | undefined;
  #bodyFilled = 0;
  #crc = 0;

  /** Whether nothing of a page has come yet. */
  get isBetweenPages(): boolean {
    return this.#filled === 0;
  }

  /**
   * Takes bytes up to the end of a page, and gives how many it took; `onPage` is called when that was the page's last.
   *
   * @throws ProtocolError `ogg-invalid` for what is no page, and for a page whose checksum is wrong
   */
  take(bytes: Uint8Array, onPage: (page: OggPage) => void): number {
    let at = 0;
    if (!this.#body) {
      at = this.#fillHeader(bytes);
      if (this.#filled < this.#headerBytes) return at;
      this.#beginBody();
    }
    const body = this.#body as Uint8Array;
    const piece = bytes.subarray(at, at + body.byteLength - this.#bodyFilled);
    body.set(piece, this.#bodyFilled);
    this.#bodyFilled += piece.byteLength;
    this.#crc = crcOf(piece, this.#crc);
    if (this.#bodyFilled === body.byteLength) onPage(this.#finish(body));
    return at + piece.byteLength;
  }

  /** First the fixed part, which says how many lacing values follow. */
  #fillHeader(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.byteLength && this.#filled < this.#headerBytes) {
      this.#header[this.#filled++] = bytes[at++] as number;
      if (this.#filled === HEADER_BYTES) this.#checkHeader();
    }
    return at;
  }

  #checkHeader(): void {
    const [o, g, g2, s, version] = this.#header;
    if (o !== 0x4f || g !== 0x67 || g2 !== 0x67 || s !== 0x53) {
      const got = Array.from(this.#header.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
      throw invalid("capture", `expected "OggS", got ${got}`);
    }
    if (version !== 0) throw invalid("version", `expected 0, got ${version}`);
    this.#headerBytes = HEADER_BYTES + (this.#header[SEGMENTS_AT] as number);
  }

  #beginBody(): void {
    let byteLength = 0;
    for (let at = HEADER_BYTES; at < this.#headerBytes; at++) byteLength += this.#header[at] as number;
    this.#body = new Uint8Array(byteLength);
    this.#bodyFilled = 0;
    const header = this.#header.slice(0, this.#headerBytes);
    header.fill(0, CRC_AT, CRC_AT + 4);
    this.#crc = crcOf(header, 0);
  }

  #finish(body: Uint8Array): OggPage {
    const fields = new DataView(this.#header.buffer);
    const crc = fields.getInt32(CRC_AT, true);
    if (crc !== this.#crc) throw invalid("checksum", `expected ${this.#crc >>> 0}, got ${crc >>> 0}`);
    const flags = fields.getUint8(5);
    const page = {
      isContinued: (flags & CONTINUED) !== 0,
      isFirst: (flags & FIRST) !== 0,
      isLast: (flags & LAST) !== 0,
      serial: fields.getUint32(14, true),
      sequence: fields.getUint32(18, true),
      lacing: this.#header.slice(HEADER_BYTES, this.#headerBytes),
      body,
    };
    this.#body = undefined;
    this.#filled = 0;
    this.#headerBytes = HEADER_BYTES;
    return page;
  }
}
