import type { Clock } from "../../protocol/clock.ts";
import type { Config } from "../config/schema.ts";
import { isLoopback } from "../discovery.ts";
import type { Log } from "../log.ts";
import type { MqttService } from "../mqtt-service.ts";
import type { Nodes } from "../nodes/nodes.ts";
import type { ServerTools } from "../server-tools.ts";
import type { McpChannels } from "../session/mcp-channels.ts";
import type { Roster } from "../session/roster.ts";
import type { Session } from "../session/session.ts";
import { connectedDevices } from "./connected-devices.ts";
import { McpServer } from "./mcp-server.ts";

/** What of the server other programs get to see. */
export interface ServerParts {
  /** The configuration as it is now. */
  readonly config: () => Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly sessions: Roster<Session>;
  readonly channels: McpChannels;
  readonly mqtt: MqttService;
  readonly tools: ServerTools;
  /** The other nodes, where there are any. */
  readonly nodes: () => Nodes | undefined;
}

/** The MCP server of this server. */
export function createMcpServer({
  config,
  clock,
  log,
  sessions,
  channels,
  mqtt,
  tools,
  nodes,
}: ServerParts): McpServer {
  const { server } = config();
  return new McpServer({
    authKey: server.auth_key,
    isLocal: isLoopback(server.ip),
    devices: () => connectedDevices({ sessions, channels: channels.devices, resting: mqtt.devices }),
    elsewhere: () => nodes()?.devices,
    remembers: (deviceId) => sessions.remembers(deviceId),
    serverTools: (deviceId) => tools.sourcesFor({ deviceId, setPrompt: () => {} }),
    clock,
    log,
    timeoutMs: () => config().tool_call_timeout * 1000,
  });
}
