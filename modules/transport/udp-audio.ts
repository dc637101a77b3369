import type { Clock } from "../../protocol/clock.ts";
import { joinUdpPacket, missingBetween, readUdpPacket, udpHeader } from "../../protocol/udp-packet.ts";
import type { UdpSession } from "../../protocol/udp-session.ts";
import { CounterCipher } from "../io/crypto/cipher.ts";
import { UdpConnection } from "../io/udp.ts";
import { log, reason } from "../system/log.ts";

export interface UdpAudioOptions {
  readonly session: UdpSession;
  readonly clock: Clock;
  readonly onOpen: () => void;
  /** `timestamp` as the server wrote it, in ms; `lost` packets before this one have not come. */
  readonly onPacket: (packet: Uint8Array, timestamp: number, lost: number) => void;
  readonly onError: (reason: string) => void;
}

/** The encrypted audio of one session, both ways: each packet's header is its initial counter. */
export class UdpAudio {
  readonly #options: UdpAudioOptions;
  readonly #socket: UdpConnection;
  readonly #cipher: CounterCipher;
  /** Numbers of the last packets that were sent and taken. */
  #sent = 0;
  #received = 0;
  #lost = 0;
  #late = 0;
  #refused = 0;
  #lastIncoming = 0;
  #isClosed = false;

  constructor(options: UdpAudioOptions) {
    this.#options = options;
    const { session, clock, onOpen, onError } = options;
    this.#cipher = new CounterCipher(session.key);
    this.#socket = new UdpConnection({
      host: session.host,
      port: session.port,
      clock,
      onOpen,
      onDatagram: (bytes) => this.#receive(bytes),
      onError,
    });
  }

  /** When the last good packet came; ms of the clock. */
  get lastIncoming(): number {
    return this.#lastIncoming;
  }

  /** Sends one Opus packet; one that does not fit a datagram is dropped. */
  send(packet: Uint8Array, timestamp: number): void {
    const sequence = (this.#sent + 1) >>> 0;
    try {
      const fields = { payloadBytes: packet.byteLength, timestamp, sequence };
      const header = udpHeader(this.#options.session.nonce, fields);
      this.#socket.send(joinUdpPacket(header, this.#cipher.apply(header, packet)));
      this.#sent = sequence;
    } catch (error) {
      log.warn("audio not sent", { reason: reason(error) });
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
    const { host } = this.#options.session;
    log.info("audio ended", { host, sent: this.#sent, lost: this.#lost, late: this.#late, refused: this.#refused });
  }

  #receive(datagram: Uint8Array): void {
    try {
      const { header, payload, timestamp, sequence } = readUdpPacket(datagram);
      const missing = missingBetween(this.#received, sequence);
      if (missing === undefined) {
        this.#late++;
        return;
      }
      const packet = this.#cipher.apply(header, payload);
      this.#lost += missing;
      this.#received = sequence;
      this.#lastIncoming = this.#options.clock.now();
      if (packet.byteLength > 0) this.#options.onPacket(packet, timestamp, missing);
    } catch (error) {
      // Once a session: whoever can send datagrams could fill the log.
      if (this.#refused++ === 0) log.warn("audio refused", { reason: reason(error) });
    }
  }
}
