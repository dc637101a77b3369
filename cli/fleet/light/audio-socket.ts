import { createSocket, type Socket } from "node:dgram";

const BUFFER_BYTES = 8 * 1024 * 1024;

/** One UDP socket for all light devices of a thread: packets say in their header whose they are. */
export class AudioSocket {
  readonly #socket: Socket = createSocket({ type: "udp4", recvBufferSize: BUFFER_BYTES });
  readonly #takers = new Map<number, () => void>();

  constructor() {
    this.#socket.on("message", (datagram) => {
      if (datagram.length >= 16) this.#takers.get(datagram.readUInt32BE(4))?.();
    });
    this.#socket.on("error", () => {
      // A datagram that could not be sent is lost, as datagrams may be.
    });
    this.#socket.unref();
  }

  /** Packets with this SSRC are told to `take`; gives what ends that. */
  join(ssrc: number, take: () => void): () => void {
    this.#takers.set(ssrc, take);
    return () => this.#takers.delete(ssrc);
  }

  send(datagram: Uint8Array, port: number, host: string): void {
    this.#socket.send(datagram, port, host);
  }

  close(): void {
    this.#socket.close();
  }
}
