/** Ogg written from RFC 3533 and RFC 7845, and not by the code that it tests. */

function crcOf(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

export interface PageFields {
  serial?: number;
  sequence: number;
  /** 1 continued, 2 first, 4 last. */
  flags?: number;
  lacing: readonly number[];
  body: Uint8Array;
}

export function oggPage({ serial = 7, sequence, flags = 0, lacing, body }: PageFields): Buffer {
  const header = Buffer.alloc(27 + lacing.length);
  header.write("OggS", "latin1");
  header[5] = flags;
  header.writeUInt32LE(serial, 14);
  header.writeUInt32LE(sequence, 18);
  header[26] = lacing.length;
  header.set(lacing, 27);
  const page = Buffer.concat([header, body]);
  page.writeUInt32LE(crcOf(page), 22);
  return page;
}

export function opusHead({ channels = 1, preSkip = 312, version = 1 } = {}): Buffer {
  const head = Buffer.alloc(19);
  head.write("OpusHead", "latin1");
  head[8] = version;
  head[9] = channels;
  head.writeUInt16LE(preSkip, 10);
  head.writeUInt32LE(16_000, 12);
  return head;
}

export function opusTags(commentBytes = 0): Buffer {
  const tags = Buffer.alloc(16 + commentBytes);
  tags.write("OpusTags", "latin1");
  return tags;
}

/** Lacing values of one packet: 255 for each full segment, and a shorter one that ends it. */
function lacingOf(bytes: number): number[] {
  return [...Array(Math.floor(bytes / 255)).fill(255), bytes % 255];
}

/** Packets of one stream as pages of at most `segments` segments; packets go on in the next page. */
export function oggPages(packets: readonly Uint8Array[], segments: number, from = 0, serial = 7): Buffer[] {
  const lacing = packets.flatMap((packet) => lacingOf(packet.byteLength));
  const body = Buffer.concat(packets);
  const pages: Buffer[] = [];
  let at = 0;
  for (let first = 0; first < lacing.length; first += segments) {
    const part = lacing.slice(first, first + segments);
    const length = part.reduce((sum, value) => sum + value, 0);
    const isContinued = first > 0 && lacing[first - 1] === 255;
    const isLast = first + segments >= lacing.length;
    const flags = (isContinued ? 1 : 0) | (from + pages.length === 0 ? 2 : 0) | (isLast && from > 0 ? 4 : 0);
    pages.push(
      oggPage({ serial, sequence: from + pages.length, flags, lacing: part, body: body.subarray(at, at + length) }),
    );
    at += length;
  }
  return pages;
}

/** A whole file, as an encoder writes it: head and tags on pages of their own, then the sound. */
export function oggOpusFile(
  packets: readonly Uint8Array[],
  { segments = 50, head = opusHead(), tags = opusTags() } = {},
) {
  const first = oggPages([head], 255);
  const second = oggPages([tags], 255, first.length).map(withoutEnd);
  return Buffer.concat([...first, ...second, ...oggPages(packets, segments, first.length + second.length)]);
}

/** The page again, not the last one of its stream. */
function withoutEnd(page: Buffer): Buffer {
  const copy = Buffer.from(page);
  copy[5] = (copy[5] as number) & ~4;
  copy.writeUInt32LE(0, 22);
  copy.writeUInt32LE(crcOf(copy), 22);
  return copy;
}
