const MAGIC = 0xe9;
const HEADER_BYTES = 24;
const SEGMENT_HEADER_BYTES = 8;
const CHECKSUM_SEED = 0xef;

/** Whether a first piece can be the beginning of an image of ESP32. */
export function beginsImage(piece: Uint8Array): boolean {
  return piece.byteLength === 0 || piece[0] === MAGIC;
}

/**
 * Whether bytes are an image as ESP32's loader checks them first: segments, and the exclusive-or of their bytes in the
 * last byte of a block of 16 (ESP-IDF, "App Image Format"). The digest that may follow is not looked at.
 */
export function isImage(bytes: Uint8Array): boolean {
  if (bytes.byteLength < HEADER_BYTES || bytes[0] !== MAGIC) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = HEADER_BYTES;
  let checksum = CHECKSUM_SEED;
  for (let segment = 0; segment < view.getUint8(1); segment++) {
    if (end + SEGMENT_HEADER_BYTES > bytes.byteLength) return false;
    const start = end + SEGMENT_HEADER_BYTES;
    end = start + view.getUint32(end + 4, true);
    if (end > bytes.byteLength) return false;
    for (let at = start; at < end; at++) checksum ^= bytes[at] as number;
  }
  return bytes[end + 15 - (end % 16)] === checksum;
}
