import type { Duplex } from "node:stream";
import type { Cancel, Clock } from "../protocol/clock.ts";
import type { Wire } from "./memory-pipe.ts";
import { MemorySocket } from "./memory-pipe.ts";
import type { Datagram, DatagramSocket, Endpoint, Listening, Network } from "./network.ts";
import { isIpv4, isMulticast, NetworkError } from "./network.ts";
import { Random } from "./random.ts";

export interface MemoryNetworkOptions {
  clock: Clock;
  seed?: number;
  /** How long bytes and datagrams travel, in milliseconds: one value, or the limits of a random one. Default 1. */
  delayMs?: number | readonly [number, number];
  /** Share of datagrams that get lost, 0 to 1. Default 0. */
  datagramLoss?: number;
  /** Connections that break by themselves: this share of them, after a random number of bytes in these limits. */
  cuts?: { share: number; afterBytes: readonly [number, number] };
  /** Names that resolve to an address; hosts that listen under a name get an address by themselves. */
  names?: Readonly<Record<string, string>>;
  /** The address that connections come from. */
  localAddress?: string;
}

interface Connection {
  wire: Wire;
  host: string;
  port: number;
  client: MemorySocket;
  server: MemorySocket;
}

/** Which connections are meant; everything that is left out fits. */
export type ConnectionFilter = Partial<Endpoint>;

/** TCP and UDP between programs in this process: delays, losses and cuts come from the seed, and all run on the clock. */
export class MemoryNetwork implements Network {
  readonly #options: MemoryNetworkOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #delay: readonly [number, number];
  #listeners = new Map<string, (stream: Duplex) => void>();
  #datagramSockets = new Map<string, (datagram: Datagram) => void>();
  #addresses = new Map<string, string>();
  #connections = new Set<Connection>();
  #refused = new Set<string>();
  #unreachable = new Set<string>();
  #muted = new Set<string>();
  #nextPort = 49152;

  constructor(options: MemoryNetworkOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#random = new Random(options.seed ?? 1, "network");
    const delay = options.delayMs ?? 1;
    this.#delay = typeof delay === "number" ? [delay, delay] : delay;
    for (const [name, address] of Object.entries(options.names ?? {})) this.#addresses.set(name, address);
  }

  get #localAddress(): string {
    return this.#options.localAddress ?? "10.0.0.2";
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#connections.size;
  }

  async resolve(host: string): Promise<string> {
    const release = this.#clock.hold();
    try {
      const address = this.#address(host);
      if (!address) throw new NetworkError("ENOTFOUND", `no address for "${host}"`);
      return address;
    } finally {
      release();
    }
  }

  connect(to: Endpoint): Duplex {
    const wire: Wire = { clock: this.#clock, delayMs: () => this.#drawDelay(), onBytes: () => {}, isStalled: false };
    const client = new MemorySocket(wire, {
      address: this.#options.localAddress ?? "10.0.0.2",
      port: this.#nextPort++,
    });
    if (this.#nextPort > 65535) this.#nextPort = 49152;
    // The request and the answer travel once each before the client knows.
    this.#clock.schedule(this.#drawDelay() * 2, () => this.#open(client, wire, to));
    return client;
  }

  async listen(host: string, port: number, onConnection: (stream: Duplex) => void): Promise<Listening> {
    const address = this.#addressToListen(host);
    const chosen = port === 0 ? this.#freePort((free) => this.#listeners.has(`${address}:${free}`)) : port;
    const key = `${address}:${chosen}`;
    if (this.#listeners.has(key)) throw new NetworkError("EADDRINUSE", `${host}:${chosen} is already listened to`);
    this.#listeners.set(key, onConnection);
    const close = async () => {
      if (this.#listeners.get(key) === onConnection) this.#listeners.delete(key);
    };
    return { host, port: chosen, close };
  }

  async bind(host: string, port: number, onDatagram: (datagram: Datagram) => void): Promise<DatagramSocket> {
    const address = this.#addressToListen(host);
    const chosen = port === 0 ? this.#freePort((free) => this.#datagramSockets.has(`${address}:${free}`)) : port;
    const key = `${address}:${chosen}`;
    if (this.#datagramSockets.has(key)) throw new NetworkError("EADDRINUSE", `${host}:${chosen}/udp is already bound`);
    this.#datagramSockets.set(key, onDatagram);
    const from = address === "0.0.0.0" ? this.#localAddress : address;
    const send: DatagramSocket["send"] = (data, to) => this.#sendDatagram({ data, address: from, port: chosen }, to);
    return { port: chosen, send, close: () => this.#datagramSockets.delete(key) };
  }

  /** Refuses new connections to a port that is listened to, until the returned function is called. */
  refuse(host: string, port: number): Cancel {
    const key = `${this.#address(host) ?? host}:${port}`;
    this.#refused.add(key);
    return () => this.#refused.delete(key);
  }

  /** Lets attempts to connect to a host time out, as behind a router that drops packets. */
  isolate(host: string): Cancel {
    const address = this.#address(host) ?? host;
    this.#unreachable.add(address);
    return () => this.#unreachable.delete(address);
  }

  /** Loses all datagrams to a host, as a network that lets them through in one direction only. */
  mute(host: string): Cancel {
    const address = this.#address(host) ?? host;
    this.#muted.add(address);
    return () => this.#muted.delete(address);
  }

  /** Breaks connections: both ends get `ECONNRESET`. Returns how many. */
  cut(filter: ConnectionFilter = {}): number {
    const fitting = this.#fitting(filter);
    for (const connection of fitting) this.#break(connection);
    return fitting.length;
  }

  /** Stops all bytes of these connections without telling anybody, until the returned function is called. */
  stall(filter: ConnectionFilter = {}): Cancel {
    const fitting = this.#fitting(filter);
    for (const { wire } of fitting) wire.isStalled = true;
    return () => {
      for (const { wire, client, server } of fitting) {
        wire.isStalled = false;
        client.resumeDelivery();
        server.resumeDelivery();
      }
    };
  }

  /**
   * Takes the network down: ends every connection on both sides at once. What travels on a clock that nobody runs any
   * more would never arrive, and programs on its ends would wait for it (a WebSocket server for half a minute).
   */
  close(): void {
    this.#listeners.clear();
    this.#datagramSockets.clear();
    for (const { client, server } of this.#connections) {
      client.destroy();
      server.destroy();
    }
  }

  #open(client: MemorySocket, wire: Wire, to: Endpoint): void {
    if (client.destroyed) return;
    const address = this.#address(to.host);
    if (!address) {
      client.destroy(new NetworkError("ENOTFOUND", `no address for "${to.host}"`));
      return;
    }
    if (this.#unreachable.has(address)) {
      this.#clock.schedule(20_000, () => client.destroy(new NetworkError("EHOSTUNREACH", `${to.host}:${to.port}`)));
      return;
    }
    const key = `${address}:${to.port}`;
    const onConnection = this.#listeners.get(key) ?? this.#listeners.get(`0.0.0.0:${to.port}`);
    if (!onConnection || this.#refused.has(key)) {
      client.destroy(new NetworkError("ECONNREFUSED", `${to.host}:${to.port} refuses connections`));
      return;
    }
    const server = new MemorySocket(wire, { address, port: to.port });
    const connection = { wire, host: to.host, port: to.port, client, server };
    this.#track(connection);
    server.join(client);
    onConnection(server);
    client.join(server);
    client.emit("connect");
  }

  #track(connection: Connection): void {
    const { wire, client, server } = connection;
    this.#connections.add(connection);
    const forget = () => {
      if (client.destroyed && server.destroyed) this.#connections.delete(connection);
    };
    client.once("close", forget);
    server.once("close", forget);
    const { cuts } = this.#options;
    if (!cuts || this.#random.next() >= cuts.share) return;
    let left = Math.floor(this.#random.between(...cuts.afterBytes));
    wire.onBytes = (count) => {
      left -= count;
      if (left <= 0) this.#clock.schedule(0, () => this.#break(connection));
    };
  }

  #break({ client, server }: Connection): void {
    const error = () => new NetworkError("ECONNRESET", "the connection was cut");
    client.destroy(error());
    server.destroy(error());
  }

  #sendDatagram(datagram: Datagram, to: { address: string; port: number }): void {
    if (this.#muted.has(to.address) || this.#random.next() < (this.#options.datagramLoss ?? 0)) return;
    const copy = { ...datagram, data: Uint8Array.from(datagram.data) };
    this.#clock.schedule(this.#drawDelay(), () => {
      for (const onDatagram of this.#receivers(to)) onDatagram(copy);
    });
  }

  /** Everybody on that port is in every multicast group. */
  #receivers({ address, port }: { address: string; port: number }): ((datagram: Datagram) => void)[] {
    if (!isMulticast(address)) {
      const onDatagram =
        this.#datagramSockets.get(`${address}:${port}`) ?? this.#datagramSockets.get(`0.0.0.0:${port}`);
      return onDatagram ? [onDatagram] : [];
    }
    return [...this.#datagramSockets].filter(([key]) => key.endsWith(`:${port}`)).map(([, onDatagram]) => onDatagram);
  }

  #fitting(filter: ConnectionFilter): Connection[] {
    return [...this.#connections].filter(
      ({ host, port }) => (filter.host ?? host) === host && (filter.port ?? port) === port,
    );
  }

  #drawDelay(): number {
    return this.#random.between(...this.#delay);
  }

  #address(host: string): string | undefined {
    return isIpv4(host) ? host : this.#addresses.get(host);
  }

  #addressToListen(host: string): string {
    const known = this.#address(host);
    if (known) return known;
    const address = `10.1.${(this.#addresses.size >> 8) & 255}.${(this.#addresses.size & 255) + 1}`;
    this.#addresses.set(host, address);
    return address;
  }

  #freePort(isTaken: (port: number) => boolean): number {
    let port = 49152;
    while (isTaken(port)) port++;
    return port;
  }
}
