/** Version 1, mono, no gain; see RFC 7845 §5.1. */
const HEAD_BYTES = 19;
const PRE_SKIP = 312;
const SERIAL = 0x785a;

/** Position counts samples at 48 kHz, whatever the sound's own rate. */
const POSITION_RATE = 48;
/** Half a second: a device holds one page in its memory. */
const PACKETS_PER_PAGE = 8;

const FIRST = 2;
const LAST = 4;

/** What is written into a file beside its sound. */
export interface OggOpusFacts {
  /** Hz of what was coded, which players are told. */
  readonly sampleRate: number;
  /** ms of each packet. */
  readonly packetMs: number;
  /** Who made it. */
  readonly vendor: string;
}

/** A mono Ogg/Opus file (RFC 3533, RFC 7845); the same bytes for the same packets. */
export function oggOpusFile(packets: readonly Uint8Array[], { sampleRate, packetMs, vendor }: OggOpusFacts): Buffer {
  const pages = [page([opusHead(sampleRate)], { sequence: 0, flags: FIRST, position: 0 })];
  pages.push(page([opusTags(vendor)], { sequence: 1, flags: 0, position: 0 }));
  for (let at = 0; at < packets.length; at += PACKETS_PER_PAGE) {
    const end = Math.min(at + PACKETS_PER_PAGE, packets.length);
    const flags = end === packets.length ? LAST : 0;
    const position = end * packetMs * POSITION_RATE;
    pages.push(page(packets.slice(at, end), { sequence: pages.length, flags, position }));
  }
  return Buffer.concat(pages);
}

function opusHead(sampleRate: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write("OpusHead", "latin1");
  head[8] = 1;
  head[9] = 1;
  head.writeUInt16LE(PRE_SKIP, 10);
  head.writeUInt32LE(sampleRate, 12);
  return head;
}

function opusTags(vendor: string): Buffer {
  const tags = Buffer.alloc(8 + 4 + vendor.length + 4);
  tags.write("OpusTags", "latin1");
  tags.writeUInt32LE(vendor.length, 8);
  tags.write(vendor, 12, "latin1");
  return tags;
}

interface PageFields {
  readonly sequence: number;
  readonly flags: number;
  readonly position: number;
}

/** A page of whole packets. */
function page(packets: readonly Uint8Array[], { sequence, flags, position }: PageFields): Buffer {
  const lacing = packets.flatMap(({ length }) => [...Array(Math.floor(length / 255)).fill(255), length % 255]);
  const header = Buffer.alloc(27 + lacing.length);
  header.write("OggS", "latin1");
  header[5] = flags;
  header.writeBigInt64LE(BigInt(position), 6);
  header.writeUInt32LE(SERIAL, 14);
  header.writeUInt32LE(sequence, 18);
  header[26] = lacing.length;
  header.set(lacing, 27);
  const bytes = Buffer.concat([header, ...packets]);
  bytes.writeUInt32LE(checksum(bytes), 22);
  return bytes;
}

/** RFC 3533 §6: polynomial 0x04c11db7, not reflected, over the page with 0 in this place. */
function checksum(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
