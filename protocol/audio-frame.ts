import { ProtocolError } from "./errors.ts";
import { frozen } from "./frozen.ts";

/** Largest Opus packet of one frame (RFC 6716 §3.2.1: 1275 bytes a frame; 60 and 120 ms packets hold several). */
export const MAX_OPUS_PACKET_BYTES = 7664;

/** Binary framing of audio on the WebSocket. In version 1 the whole message is one Opus packet. */
export type FramingVersion = 1;

/** Framing versions that this build speaks. */
export const FRAMING_VERSIONS: readonly FramingVersion[] = frozen([1]);

/**
 * The Opus packet in a binary message of framing 1.
 *
 * @throws ProtocolError `frame-invalid` for an empty message or one no Opus packet can fill
 */
export function decodeAudioFrame(message: Uint8Array): Uint8Array {
  const { byteLength } = message;
  if (byteLength === 0) throw new ProtocolError("frame-invalid", "audio", "expected an Opus packet, got 0 bytes");
  if (byteLength > MAX_OPUS_PACKET_BYTES) {
    throw new ProtocolError(
      "frame-invalid",
      "audio",
      `expected at most ${MAX_OPUS_PACKET_BYTES} bytes, got ${byteLength}`,
    );
  }
  return message;
}
