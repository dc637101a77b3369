import assert from "node:assert/strict";
import { loadConfig } from "../../../host-server/config/load.ts";
import { GatewayServer } from "../../../host-server/gateway-server.ts";
import { createLog } from "../../../host-server/log.ts";
import { MqttCredentials } from "../../../host-server/ota/mqtt-credentials.ts";
import type { Clock } from "../../../protocol/clock.ts";
import type { VirtualClock } from "../../../simulator/clock.ts";
import { connectedPair } from "./http.ts";
import { FakeMqttDevice } from "./mqtt.ts";
import { fakeProviders } from "./world.ts";

export const KEY = "AbcdefghKEY";
export const MAC = "11:22:33:44:55:66";
/** End of an address that makes audio travel with the header of gateways. */
export const SUFFIX = "/xiaozhi/v1/?from=mqtt_gateway";

/** A gateway alone; `dial` reaches the servers of these URLs. */
export function createGateway(
  clock: Clock,
  urls: string[],
  dial: ConstructorParameters<typeof GatewayServer>[0]["dial"],
  env: Record<string, string> = {},
) {
  const servers = JSON.stringify(urls.map((url) => ({ url })));
  const { config } = loadConfig({
    path: "",
    env: { XIAOZHI_GATEWAY_SERVERS: servers, XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: KEY, ...env },
    providers: fakeProviders,
  });
  const log = createLog({ level: "silent" });
  return new GatewayServer({ config, clock, log, ...(dial && { dial }) });
}

/** A device that has logged in there. */
export async function connect(gateway: GatewayServer, clock: VirtualClock, mac = MAC) {
  const [ours, theirs] = connectedPair();
  gateway.accept(Object.assign(theirs, { remoteAddress: "::ffff:10.0.0.9" }));
  const device = new FakeMqttDevice(ours);
  const { clientId, username, password } = new MqttCredentials(KEY).loginFor(mac, "box");
  device.login({ client_id: clientId, username, password });
  await clock.advance(20);
  assert.equal(device.connack, 0);
  return device;
}
