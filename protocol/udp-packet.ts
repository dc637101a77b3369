import { ProtocolError } from "./errors.ts";

/** In front of every packet, in clear; the same bytes are the packet's initial counter (AES-128-CTR). */
export const UDP_HEADER_BYTES = 16;

/** What a datagram of 1500 bytes leaves for audio; servers and devices read no longer ones. */
export const MAX_UDP_PAYLOAD_BYTES = 1500 - UDP_HEADER_BYTES;

const TYPE_AUDIO = 1;

/** What one packet says beside what the session's nonce says. */
export interface UdpPacketFields {
  readonly payloadBytes: number;
  /** ms; 0 when nobody needs it. */
  readonly timestamp: number;
  /** 32 bits; the first packet of a session is 1. */
  readonly sequence: number;
}

/** A packet as it came, still encrypted. */
export interface UdpPacket extends Omit<UdpPacketFields, "payloadBytes"> {
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * A packet's header: the nonce, with the length, the time and the number in their places (integers are big-endian).
 * Bytes 4 to 7 of the nonce stay: by them the server finds the session.
 *
 * @throws ProtocolError `frame-invalid` for a payload that does not fit one datagram
 */
export function udpHeader(nonce: Uint8Array, { payloadBytes, timestamp, sequence }: UdpPacketFields): Uint8Array {
  if (payloadBytes > MAX_UDP_PAYLOAD_BYTES) {
    throw new ProtocolError(
      "frame-invalid",
      "udp",
      `expected at most ${MAX_UDP_PAYLOAD_BYTES} bytes, got ${payloadBytes}`,
    );
  }
  const header = nonce.slice(0, UDP_HEADER_BYTES);
  const fields = view(header);
  fields.setUint16(2, payloadBytes);
  fields.setUint32(8, timestamp);
  fields.setUint32(12, sequence);
  return header;
}

/** Header and encrypted payload as one datagram. */
export function joinUdpPacket(header: Uint8Array, payload: Uint8Array): Uint8Array {
  const datagram = new Uint8Array(UDP_HEADER_BYTES + payload.byteLength);
  datagram.set(header);
  datagram.set(payload, UDP_HEADER_BYTES);
  return datagram;
}

/**
 * A datagram taken apart; nothing is copied.
 *
 * @throws ProtocolError `frame-invalid` for anything but an audio packet of exactly the length that it declares
 */
export function readUdpPacket(datagram: Uint8Array): UdpPacket {
  const { byteLength } = datagram;
  if (byteLength < UDP_HEADER_BYTES) {
    throw new ProtocolError("frame-invalid", "udp", `expected at least ${UDP_HEADER_BYTES} bytes, got ${byteLength}`);
  }
  const fields = view(datagram);
  const type = fields.getUint8(0);
  if (type !== TYPE_AUDIO) throw new ProtocolError("frame-invalid", "udp.type", `expected ${TYPE_AUDIO}, got ${type}`);
  const expected = UDP_HEADER_BYTES + fields.getUint16(2);
  if (byteLength !== expected) {
    throw new ProtocolError("frame-invalid", "udp.payload_len", `expected ${expected} bytes in all, got ${byteLength}`);
  }
  return {
    header: datagram.subarray(0, UDP_HEADER_BYTES),
    payload: datagram.subarray(UDP_HEADER_BYTES),
    timestamp: fields.getUint32(8),
    sequence: fields.getUint32(12),
  };
}

/**
 * How many packets are missing between `last` and `sequence`; undefined when `sequence` is a repeated or late one.
 * Numbers are compared around their end at 2^32 (RFC 1982), so that a session never goes deaf.
 */
export function missingBetween(last: number, sequence: number): number | undefined {
  const step = (sequence - last) >>> 0;
  return step === 0 || step >= 0x8000_0000 ? undefined : step - 1;
}
