import type { Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { Config, ProviderTable } from "../config/schema.ts";
import type { Log } from "../log.ts";
import type { Memory } from "../memory/memory.ts";
import type { Nodes } from "../nodes/nodes.ts";
import type { Voiceprint } from "../providers/voiceprint.ts";
import type { Storage } from "../storage/storage.ts";
import type { CallDevice } from "../tools/plugins/call-device.ts";
import type { Reach } from "../tools/reach.ts";
import type { SourceTool } from "../tools/source.ts";
import type { Accounts } from "./accounts/accounts.ts";
import type { PasswordHashing } from "./accounts/auth.ts";
import type { Binder } from "./binding/binder.ts";
import type { Figures } from "./figures.ts";
import type { FirmwareStore } from "./firmware/firmware-store.ts";
import type { Route } from "./http/route.ts";
import type { LiveFeeds } from "./live/live-feeds.ts";
import type { LogLines } from "./live/log-lines.ts";

/** Devices, wherever they are. */
export interface ConsoleReach extends Reach {
  /** Ids of those that can be reached now. */
  readonly ids: readonly string[];
  /** The tools that a device brings; none while it is away. */
  toolsOf(deviceId: string): Promise<readonly SourceTool[]>;
  /** Has a device start anew; gives whether it could be told. */
  reboot(deviceId: string): Promise<boolean>;
  /** Ends a device's conversation, so that the next one begins with what has changed. */
  disconnect(deviceId: string): void;
}

/** What the console needs of the server around it. */
export interface ConsoleServer {
  readonly config: () => Config;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  readonly providers: ProviderTable;
  readonly dataDirectory: string;
  readonly passwords?: PasswordHashing | undefined;
  readonly reach: ConsoleReach;
  /** The other servers that are one with this one, where there are any. */
  readonly nodes: () => Nodes | undefined;
  /** Where tools are connected for an agent, from a computer that calls this one `host`, and those that are. */
  endpointOf(agent: string, host: string): { readonly url: string; readonly tools: readonly SourceTool[] };
  /** Where an agent's tools are called, from a computer that calls this one `host`; empty while the endpoint is closed. */
  callEndpointOf(agent: string, host: string): string;
  /** What is remembered of a device by its agent; undefined for nothing. */
  memoryOf(deviceId: string): Memory | undefined;
  /** Has one device call another over a gateway; absent where there is none. */
  readonly callDevice?: CallDevice | undefined;
  /** Who knows the people of an agent by their voices; undefined where nobody does. */
  voiceprintOf(agent: string): Voiceprint | undefined;
  /** Whether somebody has bound a device. */
  isBound(deviceId: string): boolean;
  /** Has noted that a device was here, with others and soon. */
  noteSeen(deviceId: string): void;
  /** Has changes of agents take effect now. */
  refreshAgents(): Promise<void>;
  /** Reads the configuration anew; gives the keys that have taken effect, and those that wait. @throws AppError */
  reload(): { readonly applied: readonly string[]; readonly waiting: readonly string[] };
  /** Ends this server and starts another; undefined where that is not allowed. */
  readonly restart: (() => void) | undefined;
  /** Devices that are connected. */
  readonly sessionCount: () => number;
  /** Lines of the log as they are written, where somebody hands them on. */
  readonly logLines?: LogLines | undefined;
  /** How the server is, for those who run it. */
  state(): JsonObject;
}

/** What routes work with. */
export interface ConsoleParts extends ConsoleServer {
  readonly binder: Binder;
  readonly firmware: FirmwareStore;
  readonly live: LiveFeeds;
  readonly figures: Figures;
  readonly accounts: Accounts;
}

/** Makes a route with what it works with. */
export type RouteMaker = (parts: ConsoleParts) => Route;
