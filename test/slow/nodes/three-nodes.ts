import { type Door, nodeFor } from "../../../host-server/nodes/assignment.ts";

/** What the three nodes of a test are called. */
export const NAMES = ["a", "b", "c"];

/** Settings of a node whose devices come over MQTT. */
export const MQTT = {
  XIAOZHI_SERVER_MQTT_GATEWAY: "auto",
  XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: "LightSignature",
  XIAOZHI_GATEWAY_PORT: "0",
  XIAOZHI_GATEWAY_UDP_PORT: "0",
  XIAOZHI_GATEWAY_API_PORT: "0",
};

/** Addresses of devices that belong to one of them, by the way that they come. */
export function macsOf(name: string, door: Door, count: number): string[] {
  const nodes = NAMES.map((one) => ({
    ...{ id: one, name: one, roles: [], state: "ready" as const, weight: 1, capacity: 0, devices: 0, version: 0 },
    ...{ websocket: "ws://any/", mqtt: "any", mcp: "" },
  }));
  const macs = Array.from({ length: 64 }, (_, n) => `02:00:00:00:01:${n.toString(16).padStart(2, "0")}`);
  return macs.filter((mac) => nodeFor(mac, nodes, door)?.name === name).slice(0, count);
}
