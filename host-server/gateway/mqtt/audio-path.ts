import type { Clock } from "../../../protocol/clock.ts";
import {
  MAX_UDP_PAYLOAD_BYTES,
  missingBetween,
  UDP_HEADER_BYTES,
  type UdpPacket,
} from "../../../protocol/udp-packet.ts";
import { PacketTimes } from "../packet-times.ts";
import type { ServerFrame } from "../server-frame.ts";
import { AudioCipher } from "./audio-cipher.ts";
import { AudioClaim, type DatagramOrigin, isSameOrigin } from "./audio-claim.ts";
import { Reorder } from "./reorder.ts";

/** First byte of every packet: audio. */
const TYPE_AUDIO = 1;
/** Places in a packet's header; the firmware's own writer of it would cost three objects more for each packet. */
const PAYLOAD_BYTES_AT = 2;
const TIMESTAMP_AT = 8;
const SEQUENCE_AT = 12;
/** ms that a device must have been silent before another address is believed to be its own. */
const SILENCE_BEFORE_MOVE_MS = 1000;
/** Numbers that may be missing, one minute of sound, before the next ones need a proof. */
const MAX_GAP = 1000;
/** Packets kept for a device whose address is not known yet: 1.2 s. */
const MAX_HELD = 20;

export interface AudioPathOptions {
  readonly clock: Clock;
  /** Number of the session in every header, 32 bits. */
  readonly ssrc: number;
  /** 16 bytes, of this session alone. */
  readonly key: Uint8Array;
  /** One Opus packet of the device, in order, and its timestamp. */
  readonly onAudio: (packet: Uint8Array, timestamp: number) => void;
  /** The device is there. */
  readonly onActivity: () => void;
}

/**
 * The audio of one session over UDP, encrypted with AES-128-CTR; the header of each packet is its first counter block.
 * Key, numbers and the device's address belong to this session alone.
 */
export class AudioPath {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly #options: AudioPathOptions;
  readonly #cipher: AudioCipher;
  readonly #order: Reorder<ServerFrame>;
  readonly #claim = new AudioClaim();
  /** First bytes of the device's packets so far, without the count of frames: what a forger cannot know. */
  readonly #kinds = new Set<number>();
  #origin: DatagramOrigin | undefined;
  #lastHeardAt = 0;
  #sequence = 0;
  /** Packets with times of their own: their counters, and so their key streams, never meet. */
  readonly #times = new PacketTimes();
  #held: ServerFrame[] = [];
  #refused = 0;

  constructor(options: AudioPathOptions) {
    this.#options = options;
    this.key = options.key;
    this.nonce = nonceOf(options.ssrc);
    this.#cipher = new AudioCipher(options.key);
    this.#order = new Reorder(options.clock, ({ audio, timestamp }) => {
      if (audio.byteLength > 0) options.onAudio(audio, timestamp);
    });
  }

  /** What became of the device's packets. */
  get counts(): { readonly late: number; readonly refused: number } {
    return { late: this.#order.lateCount, refused: this.#refused };
  }

  /** Takes a packet of the session, whoever sent it. */
  receive(packet: UdpPacket, from: DatagramOrigin): void {
    const audio = this.#cipher.apply(packet.header, packet.payload);
    const missing = missingBetween(this.#lastSequence, packet.sequence);
    const isFarAhead = missing !== undefined && missing > MAX_GAP;
    if (!this.#origin) {
      // Most devices begin at 1; the others begin where they like.
      if (missing === undefined || isFarAhead) this.#order.skipTo(packet.sequence);
      this.#accept(packet, audio, from);
    }
    // A number far ahead of the last one would make all that follow look late.
    else if (isFarAhead || !isSameOrigin(this.#origin, from)) this.#judge(packet, audio, from);
    else this.#accept(packet, audio, from);
  }

  /** Sends one Opus packet; kept for a moment while it is not known where the device is. */
  send(audio: Uint8Array, timestamp = Math.floor(this.#options.clock.now())): void {
    if (audio.byteLength > MAX_UDP_PAYLOAD_BYTES) return;
    const frame = { audio, timestamp: this.#times.take(timestamp) };
    if (this.#origin) this.#transmit(frame, this.#origin);
    else if (this.#held.push(frame) > MAX_HELD) this.#held.shift();
  }

  close(): void {
    this.#order.close();
    this.#held = [];
  }

  get #lastSequence(): number {
    return (this.#order.next - 1) >>> 0;
  }

  #accept(packet: UdpPacket, audio: Uint8Array, from: DatagramOrigin): void {
    this.#origin = from;
    this.#lastHeardAt = this.#options.clock.now();
    if (audio.byteLength > 0) this.#kinds.add(kindOf(audio));
    this.#claim.clear();
    this.#options.onActivity();
    this.#order.accept(packet.sequence, { audio, timestamp: packet.timestamp });
    for (const held of this.#held.splice(0)) this.#transmit(held, from);
  }

  /** A packet from elsewhere, or far ahead: three in a row with the session's kind of audio are believed. */
  #judge(packet: UdpPacket, audio: Uint8Array, from: DatagramOrigin): void {
    const isMove = this.#origin !== undefined && !isSameOrigin(this.#origin, from);
    const isTooEarly = isMove && this.#options.clock.now() - this.#lastHeardAt < SILENCE_BEFORE_MOVE_MS;
    const isAhead = missingBetween(this.#lastSequence, packet.sequence) !== undefined;
    const isOurKind = audio.byteLength > 0 && this.#kinds.has(kindOf(audio));
    if (isTooEarly || !isAhead || !isOurKind) {
      this.#refused++;
      return;
    }
    const proof = this.#claim.add({ packet, audio }, from);
    if (!proof) return;
    this.#order.skipTo(proof[0]?.packet.sequence ?? packet.sequence);
    for (const claimed of proof) this.#accept(claimed.packet, claimed.audio, from);
  }

  #transmit({ audio, timestamp }: ServerFrame, { send, port, address }: DatagramOrigin): void {
    this.#sequence = (this.#sequence + 1) >>> 0;
    const datagram = Buffer.allocUnsafe(UDP_HEADER_BYTES + audio.byteLength);
    datagram.set(this.nonce);
    datagram.writeUInt16BE(audio.byteLength, PAYLOAD_BYTES_AT);
    datagram.writeUInt32BE(timestamp >>> 0, TIMESTAMP_AT);
    datagram.writeUInt32BE(this.#sequence, SEQUENCE_AT);
    this.#cipher.seal(datagram, audio);
    send(datagram, port, address);
  }
}

/** What the headers of a session's packets have in common. */
export function nonceOf(ssrc: number): Uint8Array {
  const nonce = new Uint8Array(UDP_HEADER_BYTES);
  nonce[0] = TYPE_AUDIO;
  new DataView(nonce.buffer).setUint32(4, ssrc);
  return nonce;
}

/** Mode, bandwidth, frame length and channels of an Opus packet (RFC 6716, 3.1). */
function kindOf(audio: Uint8Array): number {
  return (audio[0] as number) >> 2;
}
