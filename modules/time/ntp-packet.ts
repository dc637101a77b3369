/** Bytes of a packet without authentication (RFC 5905 §7.3). */
export const NTP_BYTES = 48;

export const NTP_PORT = 123;

/** No leap warning, version 4, mode 3: a client. */
const CLIENT_HEAD = (4 << 3) | 3;

const MODE_SERVER = 4;
const LEAP_UNKNOWN = 3;
const MAX_STRATUM = 15;

const ORIGIN_AT = 24;
const RECEIVED_AT = 32;
const SENT_AT = 40;

/** Seconds from 1900 to 1970. */
const EPOCH_SECONDS = 2_208_988_800;
const ERA_SECONDS = 2 ** 32;

/** What a time server said. */
export interface TimeAnswer {
  /** When it answered, in ms since the Unix epoch. */
  readonly sentAt: number;
  /** ms that it took to answer. */
  readonly heldMs: number;
}

/** A question for the time; `nonce`, 8 random bytes, stands where the server copies it into its answer. */
export function ntpRequest(nonce: Uint8Array): Uint8Array {
  const packet = new Uint8Array(NTP_BYTES);
  packet[0] = CLIENT_HEAD;
  packet.set(nonce, SENT_AT);
  return packet;
}

/** Seconds whose highest bit is not set count from 2036 (RFC 4330 §3). */
function timeAt(view: DataView, at: number): number {
  const seconds = view.getUint32(at);
  const era = seconds < 0x8000_0000 ? ERA_SECONDS : 0;
  const fraction = view.getUint32(at + 4) / 2 ** 32;
  return (era + seconds - EPOCH_SECONDS + fraction) * 1000;
}

/**
 * What the answer to that question says; undefined for anything else: another's answer, one of a server that does not
 * know the time itself, and the refusals that RFC 5905 §7.4 calls kiss-o'-death.
 */
export function readNtpAnswer(packet: Uint8Array, nonce: Uint8Array): TimeAnswer | undefined {
  if (packet.byteLength < NTP_BYTES) return undefined;
  const [head = 0, stratum = 0] = packet;
  if ((head & 7) !== MODE_SERVER || head >> 6 === LEAP_UNKNOWN || stratum < 1 || stratum > MAX_STRATUM)
    return undefined;
  if (nonce.some((byte, at) => packet[ORIGIN_AT + at] !== byte)) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  if (view.getUint32(SENT_AT) === 0 && view.getUint32(SENT_AT + 4) === 0) return undefined;
  const sentAt = timeAt(view, SENT_AT);
  return { sentAt, heldMs: Math.max(0, sentAt - timeAt(view, RECEIVED_AT)) };
}
