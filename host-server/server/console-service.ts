import { readFileSync } from "node:fs";
import { calendarTime } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { OTA_PATH } from "../../protocol/ota.ts";
import type { Assistants } from "../agents/assistants.ts";
import type { Config } from "../config/schema.ts";
import { Console } from "../console/console.ts";
import type { ConsoleServer } from "../console/parts.ts";
import { createManagerClient } from "../gateway/manager-client.ts";
import type { MqttService } from "../mqtt-service.ts";
import type { NodeInfo } from "../nodes/node-info.ts";
import type { Nodes } from "../nodes/nodes.ts";
import { lanAddress } from "../ota/lan-address.ts";
import type { TurnReport } from "../pipeline/turn-report.ts";
import { providers } from "../providers/registry.ts";
import type { DeviceReach } from "../reach/device-reach.ts";
import type { ServerTools } from "../server-tools.ts";
import type { Roster } from "../session/roster.ts";
import type { Session } from "../session/session.ts";
import { usesMqtt } from "../settings.ts";
import type { ServerOptions, ServerPorts } from "./contract.ts";

/** What of the server the console sees. */
export interface ConsoleContext {
  readonly options: ServerOptions;
  /** The configuration as it is now. */
  readonly config: () => Config;
  readonly sessions: Roster<Session>;
  readonly mqtt: () => MqttService;
  readonly assistants: Assistants;
  readonly reach: DeviceReach;
  readonly tools: ServerTools;
  /** The other nodes, where there are any. */
  readonly nodes: () => Nodes | undefined;
  /** Has noted that a device was here. */
  noteSeen(deviceId: string): void;
  reload(): { readonly applied: readonly string[]; readonly waiting: readonly string[] };
  readonly restart: (() => void) | undefined;
  readonly ports: () => ServerPorts;
  /** Who fills each stage. */
  readonly models: () => Readonly<Record<string, string>>;
  /** Calls `listener` after every turn. */
  onTurn(listener: (report: TurnReport) => void): unknown;
}

/** The console of this server; undefined where it is switched off, or nothing can be kept. */
export function createConsole(context: ConsoleContext): Console | undefined {
  const { options, config, sessions, assistants, reach, nodes, reload, restart } = context;
  const { storage, clock, log, dataDirectory = "data", registry = providers, agentProviders = registry } = options;
  if (!storage || !config().console.enabled) return undefined;
  const started = Math.floor(calendarTime(clock));
  const console = new Console({
    ...{ config, storage, clock, log, dataDirectory, reach, nodes, reload, restart },
    state: () => stateOf(context, started),
    providers: agentProviders,
    passwords: options.passwords,
    logLines: options.logLines,
    sessionCount: () => sessions.size,
    noteSeen: (deviceId) => context.noteSeen(deviceId),
    isBound: (deviceId) => assistants.isBound(deviceId),
    refreshAgents: async () => {
      nodes()?.tellOfAgents();
      await assistants.refresh();
    },
    callEndpointOf: (agent, host) =>
      context.tools.endpoint?.callAddressOf(agent, host, endpointElsewhere(context)) ?? "",
    memoryOf: (deviceId) => assistants.of(deviceId).parts.memory,
    callDevice: callOver(context),
    voiceprintOf: (agent) => assistants.voiceprintOf(agent),
    endpointOf: (agent, host) => {
      const { endpoint } = context.tools;
      const url = endpoint?.addressOf(agent, host, endpointElsewhere(context)) ?? "";
      return { url, tools: context.tools.toolsOfAgent(agent) };
    },
  });
  context.onTurn((report) => console.turn(report));
  return console;
}

function readVersion(): string {
  const file = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(file) as { readonly version: string }).version;
}

function stateOf({ config, ports, models, sessions, nodes }: ConsoleContext, started: number): JsonObject {
  const { websocket, http, mqtt, mqttTls, audio, api, mcpEndpoint } = ports();
  return {
    version: readVersion(),
    started,
    otaUrl: `http://${lanAddress()}:${http || config().server.http_port}${OTA_PATH}`,
    ports: { websocket, http, mqtt, mqttTls, audio, api, mcpEndpoint },
    models: models(),
    sessions: sessions.size,
    ...(nodes() && { nodes: [...(nodes()?.all ?? [])].map(shownNode) }),
  };
}

/** host:port of an MCP endpoint of another node; empty: there is none. All nodes make tokens by the same key. */
function endpointElsewhere({ nodes }: ConsoleContext): string {
  return nodes()?.all.find(({ state, mcp }) => state === "ready" && mcp !== "")?.mcp ?? "";
}

/** Devices call each other over the gateway of this process, of other nodes, or over the one that the configuration names. */
function callOver({ options, config, mqtt, nodes }: ConsoleContext): ConsoleServer["callDevice"] {
  if (usesMqtt(config())) return (call) => mqtt().calls.request(call);
  if (options.bus) return async (call) => nodes()?.calls.request(call) ?? { status: "offline" };
  const manager = createManagerClient(config().server, options.clock);
  return manager && ((call) => manager.call(call));
}

function shownNode({ name, roles, state, devices, weight, websocket, mqtt }: NodeInfo): JsonObject {
  return { name, roles: [...roles], state, devices, weight, websocket, mqtt };
}
