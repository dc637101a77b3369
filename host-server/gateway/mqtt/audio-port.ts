import { randomBytes, randomInt } from "node:crypto";
import type { Clock } from "../../../protocol/clock.ts";
import { ProtocolError } from "../../../protocol/errors.ts";
import { readUdpPacket, UDP_HEADER_BYTES } from "../../../protocol/udp-packet.ts";
import type { AudioCarrier, AudioEvents, OpenAudio } from "./audio-carrier.ts";
import type { DatagramOrigin } from "./audio-claim.ts";
import { AudioPath } from "./audio-path.ts";

/** What tells one session's packets from all others, and keeps them secret. */
export interface AudioIdentity {
  /** 32 bits, not 0. */
  readonly ssrc: number;
  /** 16 bytes. */
  readonly key: Uint8Array;
}

/** A number that `taken` does not have, and a key. */
export function newIdentity(taken: { has(ssrc: number): boolean }): AudioIdentity {
  let ssrc = randomInt(1, 0x1_0000_0000);
  while (taken.has(ssrc)) ssrc = randomInt(1, 0x1_0000_0000);
  return { ssrc, key: randomBytes(16) };
}

/** Where the datagrams of all sessions arrive: each finds its session by the number in its header. */
export class AudioPort implements AudioCarrier {
  readonly #clock: Clock;
  readonly #paths = new Map<number, AudioPath>();
  readonly #onFault: (error: unknown) => void;
  #strayCount = 0;

  /** @param onFault hears of what a session throws at a packet */
  constructor(clock: Clock, onFault: (error: unknown) => void = () => {}) {
    this.#clock = clock;
    this.#onFault = onFault;
  }

  get pathCount(): number {
    return this.#paths.size;
  }

  get strayCount(): number {
    return this.#strayCount;
  }

  /** Opens the audio of one session, with an identity of its own unless one is given. */
  open(
    { onAudio, onActivity }: AudioEvents,
    { ssrc, key } = newIdentity(this.#paths),
  ): OpenAudio & { readonly path: AudioPath } {
    const path = new AudioPath({ onAudio, onActivity, clock: this.#clock, ssrc, key });
    this.#paths.set(ssrc, path);
    const close = () => {
      this.#paths.delete(ssrc);
      path.close();
    };
    return { path, lane: 0, close };
  }

  receive(datagram: Uint8Array, from: DatagramOrigin): void {
    const path = datagram.byteLength < UDP_HEADER_BYTES ? undefined : this.#paths.get(numberIn(datagram));
    // Port 0 can be forged, and nothing can be sent there.
    if (!path || from.port === 0) {
      this.#strayCount++;
      return;
    }
    try {
      path.receive(readUdpPacket(datagram), from);
    } catch (error) {
      // Anybody may send anything here; a log line for each would be a gift to them.
      if (error instanceof ProtocolError) this.#strayCount++;
      else this.#onFault(error);
    }
  }
}

/** The number of the session in a datagram of 8 bytes or more. */
export function numberIn({ buffer, byteOffset, byteLength }: Uint8Array): number {
  return new DataView(buffer, byteOffset, byteLength).getUint32(4);
}
