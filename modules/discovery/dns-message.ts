import { frozen } from "../../protocol/frozen.ts";

/** One entry of an answer (RFC 1035 §3.2), as far as services are found by it. Names are in lower case. */
export type DnsRecord =
  | { readonly type: "A"; readonly name: string; readonly address: string }
  | { readonly type: "PTR"; readonly name: string; readonly target: string }
  | { readonly type: "SRV"; readonly name: string; readonly port: number; readonly target: string }
  | { readonly type: "TXT"; readonly name: string; readonly texts: readonly string[] };

const TYPES = frozen({ A: 1, PTR: 12, TXT: 16, SRV: 33 });

const CLASS_IN = 1;
/** In multicast answers the highest bit of the class says something else (RFC 6762 §10.2). */
const CLASS_MASK = 0x7fff;
const RESPONSE_FLAG = 0x8000;
const HEADER_BYTES = 12;
const POINTER = 0xc0;

/** Far more than a server's announcement has. */
const MAX_RECORDS = 64;
const MAX_NAME_LABELS = 32;

/** A question for the services of a type, for example `_http._tcp.local`, in ASCII. */
export function dnsQuestion(name: string): Uint8Array {
  const labels = name.split(".");
  const packet = new Uint8Array(HEADER_BYTES + name.length + 2 + 4);
  const view = new DataView(packet.buffer);
  view.setUint16(4, 1);
  let at = HEADER_BYTES;
  for (const label of labels) {
    packet[at++] = label.length;
    for (let index = 0; index < label.length; index++) packet[at++] = label.charCodeAt(index);
  }
  view.setUint16(at + 1, TYPES.PTR);
  view.setUint16(at + 3, CLASS_IN);
  return packet;
}

/** Printable ASCII as it is; other bytes, and dots inside of a label, by their number. */
function readable(bytes: Uint8Array, isLabel: boolean): string {
  let text = "";
  for (const byte of bytes) {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x5c && !(isLabel && byte === 0x2e);
    text += isPlain ? String.fromCharCode(byte) : `\\${byte}`;
  }
  return text;
}

/** Reads a message from front to back; beyond its end is a RangeError. */
class MessageReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get at(): number {
    return this.#at;
  }

  skip(count: number): void {
    this.#at += count;
  }

  goTo(at: number): void {
    this.#at = at;
  }

  u8(): number {
    return this.#view.getUint8(this.#at++);
  }

  u16(): number {
    this.#at += 2;
    return this.#view.getUint16(this.#at - 2);
  }

  bytes(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.byteLength) throw new RangeError("message too short");
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** A name, whose end may stand elsewhere in the message (RFC 1035 §4.1.4). */
  name(): string {
    const labels: string[] = [];
    let end: number | undefined;
    for (let steps = 0; steps < MAX_NAME_LABELS; steps++) {
      const length = this.u8();
      if (length === 0) {
        if (end !== undefined) this.#at = end;
        return labels.join(".").toLowerCase();
      }
      if (length < POINTER) labels.push(readable(this.bytes(length), true));
      else {
        const target = ((length & 0x3f) << 8) | this.u8();
        end ??= this.#at;
        this.#at = target;
      }
    }
    throw new RangeError("name without an end");
  }
}

function readTexts(reader: MessageReader, end: number): string[] {
  const texts: string[] = [];
  while (reader.at < end) texts.push(readable(reader.bytes(reader.u8()), false));
  return texts;
}

/** The next record; undefined for one of another type or class. */
function readRecord(reader: MessageReader): DnsRecord | undefined {
  const name = reader.name();
  const type = reader.u16();
  const isInternet = (reader.u16() & CLASS_MASK) === CLASS_IN;
  reader.skip(4);
  const byteLength = reader.u16();
  const end = reader.at + byteLength;
  try {
    if (!isInternet) return undefined;
    if (type === TYPES.A && byteLength === 4) return { type: "A", name, address: reader.bytes(4).join(".") };
    if (type === TYPES.PTR) return { type: "PTR", name, target: reader.name() };
    if (type === TYPES.TXT) return { type: "TXT", name, texts: readTexts(reader, end) };
    if (type !== TYPES.SRV) return undefined;
    reader.skip(4);
    return { type: "SRV", name, port: reader.u16(), target: reader.name() };
  } finally {
    reader.goTo(end);
  }
}

/** The records of an answer; none of what is a question or cannot be read to its end. */
export function readDnsRecords(message: Uint8Array): DnsRecord[] {
  const records: DnsRecord[] = [];
  try {
    const reader = new MessageReader(message);
    reader.skip(2);
    if ((reader.u16() & RESPONSE_FLAG) === 0) return [];
    const questions = reader.u16();
    const count = reader.u16() + reader.u16() + reader.u16();
    for (let index = 0; index < Math.min(questions, MAX_RECORDS); index++) {
      reader.name();
      reader.skip(4);
    }
    for (let index = 0; index < Math.min(count, MAX_RECORDS); index++) {
      const record = readRecord(reader);
      if (record) records.push(record);
    }
    return records;
  } catch {
    return [];
  }
}
