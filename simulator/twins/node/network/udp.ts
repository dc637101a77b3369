import type { Datagram, DatagramSocket, Network } from "../../../network.ts";
import type { TwinHost, TwinPart } from "../part.ts";
import type { Traffic } from "./traffic.ts";

/** One datagram socket of the device. */
class Socket {
  readonly #host: TwinHost;
  readonly #id: number;
  readonly #opening: Promise<DatagramSocket | undefined>;
  #socket: DatagramSocket | undefined;
  #received: Datagram[] = [];
  #sender: { address: string; port: number } | undefined;
  #isPosted = false;
  #isClosed = false;

  constructor(host: TwinHost, network: Network, id: number, port: number) {
    this.#host = host;
    this.#id = id;
    const release = host.clock.hold();
    this.#opening = network
      .bind("0.0.0.0", port, (datagram) => this.#accept(datagram))
      .then(
        (socket) => {
          this.#socket = socket;
          if (this.#isClosed) socket.close();
          return socket;
        },
        // A port that is taken: everything that is sent is lost, as datagrams may be.
        () => undefined,
      );
    this.#opening.finally(release);
  }

  /** The next datagram's bytes; `sender` then tells where they came from. */
  read(): Uint8Array | undefined {
    const datagram = this.#received.shift();
    this.#sender = datagram && { address: datagram.address, port: datagram.port };
    return datagram?.data;
  }

  get sender(): { address: string; port: number } | undefined {
    return this.#sender;
  }

  send(data: Uint8Array, to: { address: string; port: number }): void {
    if (this.#socket) this.#socket.send(data, to);
    // Opening takes a moment on the host's network, but none on the device.
    else this.#opening.then((socket) => this.#isClosed || socket?.send(data, to));
  }

  close(): void {
    this.#isClosed = true;
    this.#socket?.close();
  }

  #accept(datagram: Datagram): void {
    if (this.#isClosed) return;
    this.#received.push(datagram);
    if (this.#isPosted) return;
    this.#isPosted = true;
    this.#host.post(() => {
      this.#isPosted = false;
      if (!this.#isClosed) this.#host.notify(this.#id, "$readable", this.#received.length);
    });
  }
}

/** The Node side of `embedded:io/socket/udp`. */
export function createUdp(host: TwinHost, network: Network, counters: Traffic): TwinPart {
  const sockets = new Map<number, Socket>();
  return {
    calls: {
      "udp.open": (id: number, port: number) => {
        counters.opened++;
        sockets.set(id, new Socket(host, network, id, port));
      },
      "udp.read": (id: number) => {
        const data = sockets.get(id)?.read();
        counters.receivedBytes += data?.byteLength ?? 0;
        return data;
      },
      "udp.sender": (id: number) => sockets.get(id)?.sender,
      "udp.write": (id: number, data: ArrayBuffer, address: string, port: number) => {
        counters.sentBytes += data.byteLength;
        sockets.get(id)?.send(new Uint8Array(data), { address, port });
      },
      "udp.close": (id: number) => {
        sockets.get(id)?.close();
        sockets.delete(id);
      },
    },
    close() {
      for (const socket of sockets.values()) socket.close();
      sockets.clear();
    },
  };
}
