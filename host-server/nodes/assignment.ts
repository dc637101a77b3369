import { deviceKey, hashOf } from "./device-key.ts";
import type { NodeInfo } from "./node-info.ts";

/** The port of a node that a device is to be sent to. */
export type Door = "websocket" | "mqtt";

/**
 * The node for a device among those that are ready, have such a port and room: the same each time as long as they are, and
 * each node gets devices by its weight. A node that comes takes its share from the others, one that goes leaves its share to
 * them; no other device moves (rendezvous hashing with weights). Undefined when no node can take devices.
 */
export function nodeFor(deviceId: string, nodes: readonly NodeInfo[], door: Door): NodeInfo | undefined {
  const able = nodes.filter((node) => node.state === "ready" && node[door] !== "" && node.weight > 0);
  const free = able.filter(({ capacity, devices }) => capacity === 0 || devices < capacity);
  const key = deviceKey(deviceId);
  // Where all are full, full ones are better than none.
  const scored = (free.length > 0 ? free : able).map((node) => ({ node, score: scoreOf(key, node) }));
  return scored.sort((one, other) => other.score - one.score)[0]?.node;
}

/** By its name: a node that was started again has its devices again. */
function scoreOf(key: string, { name, weight }: NodeInfo): number {
  const share = (hashOf(`${name} ${key}`) + 0.5) / 2 ** 32;
  return -weight / Math.log(share);
}
