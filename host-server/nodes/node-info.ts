import { z } from "zod";
import type { JsonObject } from "../../protocol/json.ts";

/** What a node may do, each apart from the others. */
export const ROLES = ["ws", "http", "gateway", "mcp", "worker"] as const;

export type Role = (typeof ROLES)[number];

/** Where a node stands: only a ready one gets devices. */
export const NODE_STATES = ["starting", "ready", "draining"] as const;

export type NodeState = (typeof NODE_STATES)[number];

const nodeInfo = z.object({
  id: z.string().min(1),
  name: z.string(),
  roles: z.array(z.enum(ROLES).catch("worker")),
  state: z.enum(NODE_STATES).catch("draining"),
  websocket: z.string(),
  mqtt: z.string(),
  mcp: z.string().catch(""),
  weight: z.number().min(0),
  capacity: z.int().min(0),
  devices: z.int().min(0),
  version: z.int().min(0),
});

/** What a node says of itself, twice a second. */
export interface NodeInfo {
  /** Another one after each start. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  readonly roles: readonly Role[];
  readonly state: NodeState;
  /** URL at which devices reach its WebSocket; empty: none. */
  readonly websocket: string;
  /** host:port at which they reach its MQTT; empty: none. */
  readonly mqtt: string;
  /** host:port of its MCP endpoint; empty: none. */
  readonly mcp: string;
  /** Its share of the devices, beside those of the others. */
  readonly weight: number;
  /** Devices that it takes; 0: no limit. */
  readonly capacity: number;
  /** Devices that it has. */
  readonly devices: number;
  /** Counts the arrivals and departures of its devices. */
  readonly version: number;
}

/** Reads what came from another node; undefined for what no node says. */
export function readNodeInfo(message: JsonObject): NodeInfo | undefined {
  return nodeInfo.safeParse(message).data;
}
