const HEADER_BYTES = 4;

/** Opus packets as a file of the reference's kind `p3` holds them: each after u8 type = 0, u8 0, u16 length (big-endian). */
export function toPacketFile(packets: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    packets.flatMap((packet) => {
      const header = Buffer.alloc(HEADER_BYTES);
      header.writeUInt16BE(packet.byteLength, 2);
      return [header, packet];
    }),
  );
}

/** The packets in such a file; what is cut off at its end is left out. */
export function fromPacketFile(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const packets: Uint8Array[] = [];
  for (let at = 0; at + HEADER_BYTES <= file.byteLength; ) {
    const end = at + HEADER_BYTES + view.getUint16(at + 2);
    if (end > file.byteLength) break;
    if (end > at + HEADER_BYTES) packets.push(file.subarray(at + HEADER_BYTES, end));
    at = end;
  }
  return packets;
}
