import { frozen } from "../frozen.ts";

/** Longest packet that Opus allows (RFC 6716 §3.2.5), ms. */
export const MAX_OPUS_PACKET_MS = 120;

/** ms of one frame, by the lowest bits of the configuration (RFC 6716 §3.1, table 2). */
const SILK_MS = frozen([10, 20, 40, 60]);
const HYBRID_MS = frozen([10, 20]);
const CELT_MS = frozen([2.5, 5, 10, 20]);

function frameMs(configuration: number): number {
  if (configuration < 12) return SILK_MS[configuration & 3] as number;
  if (configuration < 16) return HYBRID_MS[configuration & 1] as number;
  return CELT_MS[configuration & 3] as number;
}

/** ms of sound in a packet, from its first two bytes; 0 when they are no beginning of a packet. */
export function opusPacketMs(packet: Uint8Array): number {
  const toc = packet[0];
  if (toc === undefined) return 0;
  const code = toc & 3;
  const frames = code === 0 ? 1 : code < 3 ? 2 : (packet[1] ?? 0) & 63;
  const ms = frames * frameMs(toc >> 3);
  return ms > MAX_OPUS_PACKET_MS ? 0 : ms;
}
