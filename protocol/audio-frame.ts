import { ProtocolError } from "./errors.ts";
import { frozen } from "./frozen.ts";

/** Largest Opus packet of one frame (RFC 6716 §3.2.1: 1275 bytes a frame; 60 and 120 ms packets hold several). */
export const MAX_OPUS_PACKET_BYTES = 7664;

/**
 * Binary framing of audio on the WebSocket; all integers are big-endian.
 *
 * - 1: the whole message is one Opus packet
 * - 2: u16 version (2), u16 type (0), u32 reserved, u32 timestamp in ms, u32 payload size, payload
 * - 3: u8 type (0), u8 reserved, u16 payload size, payload
 */
export type FramingVersion = 1 | 2 | 3;

/** Framing versions that this build speaks. */
export const FRAMING_VERSIONS: readonly FramingVersion[] = frozen([1, 2, 3]);

const HEADER_BYTES: { readonly [version in FramingVersion]: number } = frozen({ 1: 0, 2: 16, 3: 4 });

/** The type of a payload that is an Opus packet; no peer is known to send another. */
const TYPE_OPUS = 0;

function invalid(field: string, detail: string): ProtocolError {
  return new ProtocolError("frame-invalid", field, detail);
}

function checkPacket(packet: Uint8Array): Uint8Array {
  const { byteLength } = packet;
  if (byteLength === 0) throw invalid("audio", "expected an Opus packet, got 0 bytes");
  if (byteLength > MAX_OPUS_PACKET_BYTES) {
    throw invalid("audio", `expected at most ${MAX_OPUS_PACKET_BYTES} bytes, got ${byteLength}`);
  }
  return packet;
}

/**
 * A binary message with one Opus packet. Framing 2 carries a time: down the server's own, up that of the frame which was
 * being played, for a server that cancels echo by it; the other framings have no place for it.
 *
 * @param timestamp ms, 32 bits; 0 when nobody needs it
 * @throws ProtocolError `frame-invalid` for an empty packet or one that no Opus frame can be
 */
export function encodeAudioFrame(packet: Uint8Array, version: FramingVersion, timestamp = 0): Uint8Array {
  checkPacket(packet);
  if (version === 1) return packet;
  const headerBytes = HEADER_BYTES[version];
  const message = new Uint8Array(headerBytes + packet.byteLength);
  const view = new DataView(message.buffer);
  if (version === 2) {
    view.setUint16(0, version);
    view.setUint32(8, timestamp);
    view.setUint32(12, packet.byteLength);
  } else view.setUint16(2, packet.byteLength);
  message.set(packet, headerBytes);
  return message;
}

/**
 * The Opus packet in a binary message, as a view of it. Bytes after the payload and the version inside framing 2 are
 * ignored, as reference devices do: gateways leave that version 0.
 *
 * @throws ProtocolError `frame-invalid` for a message that is shorter than its header or than its payload size says,
 *   for another type than Opus, and for an empty payload or one that no Opus packet can be
 */
export function decodeAudioFrame(message: Uint8Array, version: FramingVersion): Uint8Array {
  if (version === 1) return checkPacket(message);
  const headerBytes = HEADER_BYTES[version];
  const { byteLength } = message;
  if (byteLength < headerBytes) {
    throw invalid("audio.header", `expected ${headerBytes} bytes in framing ${version}, got ${byteLength}`);
  }
  const view = new DataView(message.buffer, message.byteOffset, byteLength);
  const type = version === 2 ? view.getUint16(2) : view.getUint8(0);
  if (type !== TYPE_OPUS) throw invalid("audio.type", `expected ${TYPE_OPUS} (Opus), got ${type}`);
  const payloadBytes = version === 2 ? view.getUint32(12) : view.getUint16(2);
  const presentBytes = byteLength - headerBytes;
  if (payloadBytes > presentBytes) {
    throw invalid("audio.payload_size", `expected at most the ${presentBytes} bytes that follow, got ${payloadBytes}`);
  }
  return checkPacket(message.subarray(headerBytes, headerBytes + payloadBytes));
}

/** The time in a message that `decodeAudioFrame` accepts: ms, 0 when its framing has none. */
export function audioFrameTime(message: Uint8Array, version: FramingVersion): number {
  if (version !== 2) return 0;
  return new DataView(message.buffer, message.byteOffset, message.byteLength).getUint32(8);
}
