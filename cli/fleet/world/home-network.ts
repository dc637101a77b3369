import type { Clock } from "../../../protocol/clock.ts";
import { MemoryNetwork } from "../../../simulator/memory-network.ts";
import type { FleetTransport, Life } from "../model/life.ts";
import type { FleetNode } from "./node.ts";

/** The name by which devices know their server. */
export const SERVER_NAME = "server.fleet";

/** One home's network, with its own delay and loss, and the server at its other end. */
export async function createHomeNetwork(clock: Clock, life: Life, seed: number, node: FleetNode) {
  const { delayMs, datagramLoss } = life.weather;
  const address = addressOf(life.number);
  const network = new MemoryNetwork({
    clock,
    seed: seed * 65_537 + life.number,
    delayMs,
    datagramLoss,
    localAddress: address,
  });
  const server = node.serverFor(life.transport);
  await network.listen(SERVER_NAME, 8000, (stream) => server.accept("websocket", stream));
  await network.listen(SERVER_NAME, 8002, (stream) => server.accept("http", stream));
  if (life.transport === "mqtt") {
    await network.listen(SERVER_NAME, 1883, (stream) => server.accept("mqtt", stream));
    const port = await network.bind(SERVER_NAME, 8884, ({ data, ...from }) => node.receiveAudio(data, from));
    node.audioRoutes.set(address, (data, port_) => port.send(data, { address, port: port_ }));
  }
  return network;
}

/** Each home has an address of its own: 10.64.0.0 and following. */
function addressOf(number: number): string {
  return `10.${64 + ((number >> 16) & 63)}.${(number >> 8) & 255}.${number & 255}`;
}

/** How a server is told where its devices reach it. */
export function addressesFor(transport: FleetTransport): Record<string, string> {
  return {
    XIAOZHI_SERVER_WEBSOCKET: `ws://${SERVER_NAME}:8000/xiaozhi/v1/`,
    XIAOZHI_SERVER_VISION_EXPLAIN: `http://${SERVER_NAME}:8002/mcp/vision/explain`,
    ...(transport === "mqtt" && {
      XIAOZHI_SERVER_MQTT_GATEWAY: `${SERVER_NAME}:1883`,
      XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: "FleetSignature",
      XIAOZHI_SERVER_AUTH_KEY: "FleetKey",
    }),
  };
}
