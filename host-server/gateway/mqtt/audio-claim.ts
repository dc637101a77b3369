import { missingBetween, type UdpPacket } from "../../../protocol/udp-packet.ts";

/** Where a datagram came from, and how one gets back there. */
export interface DatagramOrigin {
  readonly address: string;
  readonly port: number;
  /** Sends through the socket on which it came. */
  readonly send: SendDatagram;
}

export type SendDatagram = (datagram: Uint8Array, port: number, address: string) => void;

/** A packet of which it is not yet sure that the session's device sent it, and its audio. */
export interface ClaimedPacket {
  readonly packet: UdpPacket;
  readonly audio: Uint8Array;
}

/** So many packets in a row prove that the device has moved, or has counted on while nothing got through. */
const PACKETS_THAT_PROVE = 3;

export function isSameOrigin(a: DatagramOrigin, b: DatagramOrigin): boolean {
  return a.port === b.port && a.address === b.address;
}

/**
 * Somebody who may be the session's device at another address, or with numbers far ahead: believed once three packets
 * came from there whose numbers follow each other. Datagrams carry no signature; this and the checks of whoever asks keep
 * a stranger who knows a session's number from taking its sound over by one forged datagram.
 */
export class AudioClaim {
  #origin: DatagramOrigin | undefined;
  #packets: ClaimedPacket[] = [];

  /** Takes one more packet; gives all that make up the proof once there is one. */
  add(claimed: ClaimedPacket, from: DatagramOrigin): readonly ClaimedPacket[] | undefined {
    const last = this.#packets.at(-1)?.packet.sequence;
    const follows = last !== undefined && missingBetween(last, claimed.packet.sequence) === 0;
    if (!follows || !this.#origin || !isSameOrigin(this.#origin, from)) this.#packets = [];
    this.#origin = from;
    this.#packets.push(claimed);
    if (this.#packets.length < PACKETS_THAT_PROVE) return undefined;
    const proof = this.#packets;
    this.clear();
    return proof;
  }

  clear(): void {
    this.#origin = undefined;
    this.#packets = [];
  }
}
