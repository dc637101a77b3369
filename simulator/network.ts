import type { Duplex } from "node:stream";

export interface Endpoint {
  /** A name or an IPv4 address. */
  host: string;
  port: number;
}

/** A port that accepts connections. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  /** Accepts nothing more; connections that exist live on. */
  close(): Promise<void>;
}

/** A datagram as it arrives. */
export interface Datagram {
  data: Uint8Array;
  address: string;
  port: number;
}

export interface DatagramSocket {
  readonly port: number;
  /** Sends one datagram to an IPv4 address or multicast group. A lost datagram is no error. */
  send(data: Uint8Array, to: { address: string; port: number }): void;
  close(): void;
}

/**
 * What lies under the network twins, and under a server that is tested together with devices.
 *
 * A server joins with `network.listen(host, port, (stream) => httpServer.emit("connection", stream))`: HTTP and
 * WebSocket servers work over these streams as over sockets. Streams emit `connect` once open, `end` when the peer
 * has finished, and `error` with the usual codes (`ECONNREFUSED`, `ECONNRESET`, `EHOSTUNREACH`).
 */
export interface Network {
  /** The IPv4 address of a name; rejects with code `ENOTFOUND`. An address resolves to itself. */
  resolve(host: string): Promise<string>;
  connect(to: Endpoint): Duplex;
  /** Port 0 lets the network choose; rejects with code `EADDRINUSE` when the port is taken. */
  listen(host: string, port: number, onConnection: (stream: Duplex) => void): Promise<Listening>;
  /** Opens a datagram socket; port 0 lets the network choose. */
  bind(host: string, port: number, onDatagram: (datagram: Datagram) => void): Promise<DatagramSocket>;
}

/** An error of the network with the code that Node's sockets use. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
  readonly code: "ECONNREFUSED" | "ECONNRESET" | "ENOTFOUND" | "EADDRINUSE" | "EHOSTUNREACH";

  constructor(code: NetworkError["code"], what: string) {
    super(`${code}: ${what}`);
    this.code = code;
  }
}

/** Whether `host` is an IPv4 address in dotted form. */
export function isIpv4(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}

/** Whether `address` is that of a group (RFC 5771). */
export function isMulticast(address: string): boolean {
  const first = Number(address.split(".")[0]);
  return first >= 224 && first <= 239;
}
