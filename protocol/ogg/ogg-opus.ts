import { MAX_OPUS_PACKET_BYTES } from "../audio-frame.ts";
import { ProtocolError } from "../errors.ts";
import { type OggPage, OggPages } from "./ogg-page.ts";
import { opusPacketMs } from "./opus-packet.ts";

const HEAD_BYTES = 19;
const TAGS = "OpusTags";
const NOTHING = 0;

function invalid(field: string, detail: string): ProtocolError {
  return new ProtocolError("ogg-invalid", field, detail);
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  if (bytes.byteLength < text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
}

/**
 * An Ogg/Opus file (RFC 7845), mono unless more channels are allowed, as packets, read piece by piece: `push` what has come, then `next` until there is
 * nothing more. Pages of other streams in the same file are passed over.
 */
export class OggOpusReader {
  readonly #pages = new OggPages();
  readonly #maxChannels: number;
  #input = new Uint8Array(NOTHING);
  #page: OggPage | undefined;
  /** Next lacing value of the page, and where its segment begins. */
  #segment = 0;
  #at = 0;
  #part: Uint8Array | undefined;
  #stage: "head" | "tags" | "audio" = "head";
  #serial = 0;
  #sequence = 0;
  #preSkip = 0;
  #isEnded = false;

  /** @param maxChannels 1 or 2: a decoder makes one of two */
  constructor(maxChannels = 1) {
    this.#maxChannels = maxChannels;
  }

  /** The last page has been read. */
  get isEnded(): boolean {
    return this.#isEnded && !this.#page;
  }

  /** Samples at 48 kHz that a decoder gives before the sound begins. */
  get preSkip(): number {
    return this.#preSkip;
  }

  push(bytes: Uint8Array): void {
    if (this.#input.byteLength === 0) {
      // `Uint8Array.from` would take a slot of the heap for every byte meanwhile.
      this.#input = bytes.slice();
      return;
    }
    const joined = new Uint8Array(this.#input.byteLength + bytes.byteLength);
    joined.set(this.#input);
    joined.set(bytes, this.#input.byteLength);
    this.#input = joined;
  }

  /**
   * The next packet, a copy; undefined when more bytes are needed, or the file has ended.
   *
   * @throws ProtocolError `ogg-invalid`, naming what is wrong; there is no going on after it
   */
  next(): Uint8Array | undefined {
    for (;;) {
      const packet = this.#page && this.#nextOf(this.#page);
      if (packet) return packet;
      if (this.#page) this.#page = undefined;
      else if (this.#isEnded || this.#input.byteLength === 0) return undefined;
      else this.#readPage();
    }
  }

  /**
   * There are no more bytes.
   *
   * @throws ProtocolError `ogg-invalid` when something is missing
   */
  end(): void {
    if (this.#isEnded) return;
    if (!this.#pages.isBetweenPages || this.#input.byteLength > 0) throw invalid("page", "the file ends inside of one");
    if (this.#part) throw invalid("packet", "the file ends inside of one");
    if (this.#stage !== "audio") throw invalid(this.#stage, "the file ends before it");
  }

  #readPage(): void {
    const taken = this.#pages.take(this.#input, (page) => this.#begin(page));
    this.#input = this.#input.subarray(taken);
  }

  #begin(page: OggPage): void {
    if (this.#stage === "head") {
      if (!page.isFirst) throw invalid("head", "expected a first page");
      this.#serial = page.serial;
    } else if (page.serial !== this.#serial) return;
    else if (page.sequence !== this.#sequence) {
      throw invalid("page.sequence", `expected ${this.#sequence}, got ${page.sequence}`);
    }
    if (page.isContinued !== (this.#part !== undefined)) {
      throw invalid("page.continued", `expected ${this.#part !== undefined}, got ${page.isContinued}`);
    }
    this.#sequence = (page.sequence + 1) >>> 0;
    this.#isEnded = page.isLast;
    this.#page = page;
    this.#segment = 0;
    this.#at = 0;
  }

  /** The next packet that ends in this page and is sound. */
  #nextOf({ lacing, body }: OggPage): Uint8Array | undefined {
    while (this.#segment < lacing.byteLength) {
      const from = this.#at;
      let value = 255;
      while (value === 255 && this.#segment < lacing.byteLength) {
        value = lacing[this.#segment++] as number;
        this.#at += value;
      }
      this.#append(body.subarray(from, this.#at));
      if (value === 255) return undefined;
      const packet = this.#part as Uint8Array;
      this.#part = undefined;
      if (this.#accept(packet)) return packet;
    }
    return undefined;
  }

  #append(piece: Uint8Array): void {
    const before = this.#part ?? new Uint8Array(NOTHING);
    // Comments may hold whole pictures: only their beginning is looked at.
    const rest = this.#stage === "tags" ? piece.subarray(0, Math.max(0, TAGS.length - before.byteLength)) : piece;
    const byteLength = before.byteLength + rest.byteLength;
    if (byteLength > MAX_OPUS_PACKET_BYTES) {
      throw invalid("packet", `expected at most ${MAX_OPUS_PACKET_BYTES} bytes, got ${byteLength}`);
    }
    const joined = new Uint8Array(byteLength);
    joined.set(before);
    joined.set(rest, before.byteLength);
    this.#part = joined;
  }

  /** Whether the packet is sound: the first two are not. */
  #accept(packet: Uint8Array): boolean {
    if (this.#stage === "audio") {
      if (opusPacketMs(packet) === 0) throw invalid("packet", `no Opus packet of ${packet.byteLength} bytes`);
      return true;
    }
    if (this.#stage === "head") this.#acceptHead(packet);
    else if (!startsWith(packet, TAGS)) throw invalid("tags", `expected ${TAGS}`);
    this.#stage = this.#stage === "head" ? "tags" : "audio";
    return false;
  }

  #acceptHead(packet: Uint8Array): void {
    if (packet.byteLength < HEAD_BYTES || !startsWith(packet, "OpusHead")) throw invalid("head", "expected OpusHead");
    const fields = new DataView(packet.buffer);
    const version = fields.getUint8(8);
    if (version > 15) throw invalid("head.version", `expected at most 15, got ${version}`);
    const channels = fields.getUint8(9);
    if (channels < 1 || channels > this.#maxChannels) {
      const expected = this.#maxChannels === 1 ? "1 (mono)" : "1 or 2";
      throw invalid("head.channels", `expected ${expected}, got ${channels}`);
    }
    this.#preSkip = fields.getUint16(10, true);
  }
}
