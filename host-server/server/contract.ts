import type { Duplex } from "node:stream";
import type { Clock } from "../../protocol/clock.ts";
import type { CreateEncoder } from "../audio/opus.ts";
import type { AudioThreads } from "../audio-ports.ts";
import type { Config, ProviderTable, StageName } from "../config/schema.ts";
import type { StoredConfig } from "../config/stored-config.ts";
import type { PasswordHashing } from "../console/accounts/auth.ts";
import type { LogLines } from "../console/live/log-lines.ts";
import type { SendDatagram } from "../gateway/mqtt/audio-claim.ts";
import type { ReceiveDatagram } from "../gateway/mqtt/gateway.ts";
import type { Log } from "../log.ts";
import type { Bus } from "../nodes/bus.ts";
import type { TurnReport } from "../pipeline/turn-report.ts";
import type { Registry } from "../providers/registry.ts";
import type { DeviceLink } from "../session/link.ts";
import type { Stages } from "../stages.ts";
import type { Storage } from "../storage/storage.ts";
import type { Endpoint } from "../tools/mcp-endpoint/link.ts";

/** What a server is made of. */
export interface ServerOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Stages to use instead of those that the configuration, or that of an agent, names. */
  readonly providers?: Stages | ((config: Config) => Stages);
  /** The providers that a configuration may name, where there are more than the server's own. */
  readonly registry?: Registry;
  /** Providers that agents may name instead of this server's. */
  readonly agentProviders?: ProviderTable;
  /** Where agents are and history goes; whoever opened it closes it after `stop`. */
  readonly storage?: Storage;
  /** What connects this server with others; whoever opened it closes it after `stop`. */
  readonly bus?: Bus;
  /** Folder with the server's files; `data` unless given. */
  readonly dataDirectory?: string;
  /** What of the database the configuration was made of. */
  readonly stored?: StoredConfig;
  /** Reads the configuration anew, with what the database says now. @throws ConfigError */
  readonly readConfig?: (stored: StoredConfig) => Config;
  /** Ends this server and starts another; called when a console asks for it, and may. */
  readonly restart?: () => void;
  /** How the threads of `gateway.workers` are started, instead of those of Node: for tests. */
  readonly audioThreads?: AudioThreads;
  /** Lines of the log, for those who look at a device. */
  readonly logLines?: LogLines;
  /** How the console keeps passwords, instead of with scrypt: for tests. */
  readonly passwords?: PasswordHashing;
  /** What encodes speech, instead of libopus alone: for many devices that are told the same. */
  readonly createEncoder?: CreateEncoder;
  /** MCP endpoints to use beside those of the configuration. */
  readonly endpoints?: readonly Endpoint[];
}

/** What a connection wants of a server. */
export type Service = "websocket" | "http" | "mqtt" | "mqtts" | "api" | "mcp-endpoint";

/** The ports of a server; 0 for those that are closed. */
export interface ServerPorts {
  readonly websocket: number;
  readonly http: number;
  readonly mqtt: number;
  readonly mqttTls: number;
  readonly audio: number;
  /** Management of the gateway. */
  readonly api: number;
  /** Where others connect their tools. */
  readonly mcpEndpoint: number;
}

/** The host server. */
export interface Server {
  /** Opens the ports and loads the models. @throws AppError `port-busy` or `port-refused` */
  start(): Promise<void>;
  /**
   * Takes no more devices, and lets conversations end by themselves: each at the end of its turn, idle ones one after another.
   * Resolves when all have, or `ms` have passed, or `signal` says that it takes too long.
   */
  drain(ms: number, signal?: AbortSignal): Promise<void>;
  /** Ends all turns, closes all connections and ports, and frees the models. */
  stop(): Promise<void>;
  /** Takes one connection as if it had come in on a port: for tests and simulated devices. */
  accept(service: Service, stream: Duplex): void;
  /** Joins a datagram socket to the port for audio over UDP: gives what takes its datagrams. */
  join(send: SendDatagram): ReceiveDatagram;
  /** Opens a session for a device that came another way. */
  attach(link: DeviceLink): void;
  /** Calls `listener` after every turn; gives what ends that. */
  onTurn(listener: (report: TurnReport) => void): () => void;
  /** The ports in use; 0 before the start. */
  readonly ports: ServerPorts;
  /** Who fills each stage, in a few words. */
  readonly models: Readonly<Record<StageName, string>>;
  /** Devices connected now. */
  readonly sessionCount: number;
}
