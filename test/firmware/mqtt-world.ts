import type { MemoryNetworkOptions } from "../../simulator/memory-network.ts";
import { MQTT_SECTION, MqttUdpServer } from "./mqtt-udp-server.ts";
import { createWorld, type WorldOptions } from "./world.ts";

/** Answers version checks with an MQTT server, and with a WebSocket as well when `websocket` is given. */
export function offer(mqtt: object | undefined, websocket?: object): { status: number; body: string } {
  return { status: 200, body: JSON.stringify({ ...(mqtt && { mqtt }), ...(websocket && { websocket }) }) };
}

/** A device whose server speaks MQTT and UDP; `web` is the one that answers version checks. */
export async function createMqttWorld(options: WorldOptions = {}, wires: Partial<MemoryNetworkOptions> = {}) {
  // One delay for all: datagrams arrive in the order in which they left, unless a test says otherwise.
  const world = await createWorld(options, { delayMs: 5, ...wires });
  const { server: web, clock, network, boot: ready } = world;
  const server = new MqttUdpServer(clock);
  server.trace = web.trace;
  await server.join(network);
  web.ota = offer(MQTT_SECTION);
  /** Powers on and waits until the device is ready and connected. */
  const boot = async () => {
    await ready();
    await clock.advance(100);
  };
  return { ...world, web, server, boot };
}
