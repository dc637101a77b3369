import { hostname } from "node:os";
import type { Clock } from "../../protocol/clock.ts";
import type { Assistants } from "../agents/assistants.ts";
import { givenAddress } from "../config/endpoint-addresses.ts";
import type { Config } from "../config/schema.ts";
import type { Console } from "../console/console.ts";
import type { LifeState } from "../http/health.ts";
import type { Log } from "../log.ts";
import type { MqttService } from "../mqtt-service.ts";
import type { Bus } from "../nodes/bus.ts";
import type { NodeInfo, NodeState } from "../nodes/node-info.ts";
import { Nodes } from "../nodes/nodes.ts";
import { lanAddress } from "../ota/lan-address.ts";
import type { DeviceReach } from "../reach/device-reach.ts";
import type { ServerTools } from "../server-tools.ts";
import { usesMqtt } from "../settings.ts";
import type { ServerPorts } from "./contract.ts";

/** What of the server the other nodes see. */
export interface NodeContext {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /** The configuration as it is now. */
  readonly config: () => Config;
  readonly ports: () => ServerPorts;
  readonly state: () => LifeState;
  readonly reach: DeviceReach;
  readonly mqtt: MqttService;
  readonly assistants: Assistants;
  readonly console: () => Console | undefined;
  readonly tools: ServerTools;
}

const STATES: { readonly [state in LifeState]: NodeState } = {
  starting: "starting",
  ready: "ready",
  stopping: "draining",
};

/** This server among others. */
export function createNodes(context: NodeContext): Nodes {
  const { bus, clock, log, config, reach, assistants } = context;
  const { node, server } = config();
  return new Nodes({
    ...{ bus, clock, log },
    name: node.name || `${hostname()}-${server.port || server.http_port}`,
    self: () => selfOf(context),
    own: reach.local,
    ownCalls: usesMqtt(config()) ? context.mqtt.calls : undefined,
    toolMs: () => config().tool_call_timeout * 1000,
    watchOwn: (deviceId, listener) => context.console()?.watchOwn(deviceId, listener) ?? (() => {}),
    refreshAgents: () => assistants.refresh(),
    relay: context.tools.endpoint?.relay,
  });
}

function selfOf({ config, ports, state }: NodeContext): Omit<NodeInfo, "id" | "name" | "devices" | "version"> {
  const { node, roles, server } = config();
  const { websocket, mqtt, mcpEndpoint } = ports();
  const given = givenAddress(server.websocket);
  const own = websocket === 0 ? "" : `ws://${hostFor(server.ip)}:${websocket}/xiaozhi/v1/`;
  return {
    roles,
    state: STATES[state()],
    websocket: roles.includes("ws") ? given || own : "",
    mqtt: mqtt === 0 ? "" : mqttAddress(server, mqtt),
    mcp: mcpEndpoint === 0 ? "" : `${hostFor(server.ip)}:${mcpEndpoint}`,
    weight: node.weight,
    capacity: node.capacity,
  };
}

function mqttAddress({ mqtt_gateway: given, ip }: Config["server"], port: number): string {
  return given === "" || given === "auto" ? `${hostFor(ip)}:${port}` : given;
}

/** How devices reach this computer, when it listens on this address. */
function hostFor(ip: string): string {
  if (ip === "0.0.0.0" || ip === "::") return lanAddress();
  return ip.includes(":") ? `[${ip}]` : ip;
}
