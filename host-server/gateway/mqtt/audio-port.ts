import { randomInt } from "node:crypto";
import type { Clock } from "../../../protocol/clock.ts";
import { readUdpPacket, UDP_HEADER_BYTES } from "../../../protocol/udp-packet.ts";
import type { DatagramOrigin } from "./audio-claim.ts";
import { AudioPath, type AudioPathOptions } from "./audio-path.ts";

/** Where the datagrams of all sessions arrive: each finds its session by the number in its header. */
export class AudioPort {
  readonly #clock: Clock;
  readonly #paths = new Map<number, AudioPath>();
  #strayCount = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sessions that are open. */
  get pathCount(): number {
    return this.#paths.size;
  }

  /** Datagrams that belonged to no session or were malformed. */
  get strayCount(): number {
    return this.#strayCount;
  }

  /** Opens the audio of one session; `close` ends it. */
  open(events: Pick<AudioPathOptions, "onAudio" | "onActivity">): { readonly path: AudioPath; close(): void } {
    const ssrc = this.#freeNumber();
    const path = new AudioPath({ ...events, clock: this.#clock, ssrc });
    this.#paths.set(ssrc, path);
    const close = () => {
      this.#paths.delete(ssrc);
      path.close();
    };
    return { path, close };
  }

  /** Takes one datagram, whatever it is. */
  receive(datagram: Uint8Array, from: DatagramOrigin): void {
    const path = datagram.byteLength < UDP_HEADER_BYTES ? undefined : this.#paths.get(numberIn(datagram));
    // Port 0 can be forged, and nothing can be sent there.
    if (!path || from.port === 0) {
      this.#strayCount++;
      return;
    }
    try {
      path.receive(readUdpPacket(datagram), from);
    } catch {
      // Anybody may send anything here; a log line for each would be a gift to them.
      this.#strayCount++;
    }
  }

  #freeNumber(): number {
    let ssrc = randomInt(1, 0x1_0000_0000);
    while (this.#paths.has(ssrc)) ssrc = randomInt(1, 0x1_0000_0000);
    return ssrc;
  }
}

function numberIn({ buffer, byteOffset, byteLength }: Uint8Array): number {
  return new DataView(buffer, byteOffset, byteLength).getUint32(4);
}
