import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../../host-server/clock.ts";
import { loadConfig } from "../../../host-server/config/load.ts";
import { createLog } from "../../../host-server/log.ts";
import { MqttService } from "../../../host-server/mqtt-service.ts";
import { fakeProviders } from "../fakes/world.ts";

const ANY_PORTS = Object.fromEntries(["PORT", "UDP_PORT", "API_PORT"].map((name) => [`XIAOZHI_GATEWAY_${name}`, "0"]));

for (const [key, opens] of [
  ["AbcdefghKEY", true],
  ["abcdefgh", false],
  ["MyPassword", false],
] as const) {
  test(`with the key ${key} devices may come in, and the management port is ${opens ? "open" : "closed"}`, async () => {
    const env = { XIAOZHI_SERVER_IP: "127.0.0.1", XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: key, ...ANY_PORTS };
    const { config } = loadConfig({ path: "", env, providers: fakeProviders });
    const log = createLog({ level: "silent" });
    const service = new MqttService({ config, clock: systemClock, log, dataDirectory: "", onLink: () => {} });
    await service.start();
    const { mqtt, audio, api } = service.ports;
    assert.deepEqual([mqtt > 0, audio > 0, api > 0], [true, true, opens]);
    await service.stop();
  });
}
