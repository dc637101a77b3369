import { loadConfig } from "../../../host-server/config/load.ts";
import type { ReceiveDatagram } from "../../../host-server/gateway/mqtt/gateway.ts";
import { createLog } from "../../../host-server/log.ts";
import { providers } from "../../../host-server/providers/registry.ts";
import { openServerStorage } from "../../../host-server/server/open-storage.ts";
import { createServer, type Server } from "../../../host-server/server.ts";
import { createStages } from "../../../host-server/stages.ts";
import type { Storage } from "../../../host-server/storage/storage.ts";
import type { Clock } from "../../../protocol/clock.ts";
import type { FleetTransport } from "../model/life.ts";
import { addressesFor } from "./home-network.ts";
import { rememberingEncoders } from "./remembering-encoder.ts";
import type { SpokenPhrase } from "./spoken-phrases.ts";
import { fleetStages } from "./stages.ts";

const TRANSPORTS: readonly FleetTransport[] = ["websocket", "mqtt"];

/** What a fleet's servers are made with. */
export interface FleetNodeOptions {
  readonly clock: Clock;
  /** For the database, and the files of the server. */
  readonly folder: string;
  readonly phrases: readonly SpokenPhrase[];
}

/**
 * The servers of a fleet, in this process: one that tells devices to come over WebSocket, and one for MQTT, as a version check
 * offers one of them. They share a database.
 */
export class FleetNode {
  readonly storage: Storage;
  readonly #servers: ReadonlyMap<FleetTransport, Server>;
  readonly #receive: ReceiveDatagram;
  /** By a home's address: what sends a datagram to its device. */
  readonly audioRoutes = new Map<string, (data: Uint8Array, port: number) => void>();

  private constructor(storage: Storage, servers: ReadonlyMap<FleetTransport, Server>) {
    this.storage = storage;
    this.#servers = servers;
    this.#receive = this.serverFor("mqtt").join((data, port, address) => this.audioRoutes.get(address)?.(data, port));
  }

  /** Opens the database; the servers take connections and open no ports. */
  static async open({ clock, folder, phrases }: FleetNodeOptions): Promise<FleetNode> {
    const log = createLog({ level: "silent" });
    const configs = TRANSPORTS.map((transport) => {
      const env = { ...addressesFor(transport), XIAOZHI_VAD_USE: "webrtc" };
      return [transport, loadConfig({ path: "", env, providers }).config] as const;
    });
    const [, config] = configs[0] as (typeof configs)[number];
    const storage = await openServerStorage({ config, dataDirectory: folder, clock, log });
    if (!storage) throw new Error(`the database in ${folder} cannot be used`);
    const stages = fleetStages(createStages(config, { clock, log }), phrases);
    const createEncoder = rememberingEncoders();
    const servers = configs.map(([transport, own]) => {
      const options = { config: own, clock, log, storage, dataDirectory: folder, providers: stages, createEncoder };
      return [transport, createServer(options)] as const;
    });
    return new FleetNode(storage, new Map(servers));
  }

  serverFor(transport: FleetTransport): Server {
    return this.#servers.get(transport) as Server;
  }

  receiveAudio(data: Uint8Array, from: { address: string; port: number }): void {
    this.#receive(data, from);
  }

  /** Devices in conversation. */
  get sessions(): number {
    let count = 0;
    for (const server of this.#servers.values()) count += server.sessionCount;
    return count;
  }

  /** Ends all sessions and writes what is left of the history; the database stays open. */
  async stop(): Promise<void> {
    for (const server of this.#servers.values()) await server.stop();
  }
}
