import type { MemoryNetworkOptions } from "../../simulator/memory-network.ts";
import { createMqttWorld } from "./mqtt-world.ts";
import { createWorld, type WorldOptions } from "./world.ts";

export type World = Awaited<ReturnType<typeof createWorld>> | Awaited<ReturnType<typeof createMqttWorld>>;
export type Transport = (typeof TRANSPORTS)[number];

/** The session does not know which way its channel goes: most conversations are the same on both. */
export const TRANSPORTS = ["WebSocket", "MQTT and UDP"] as const;

/** A device and a server that talk over this transport. */
export function createWorldOn(
  transport: Transport,
  options: WorldOptions = {},
  wires: Partial<MemoryNetworkOptions> = {},
): Promise<World> {
  return transport === "WebSocket" ? createWorld(options, wires) : createMqttWorld(options, wires);
}
