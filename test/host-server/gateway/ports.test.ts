import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../../host-server/clock.ts";
import { loadConfig } from "../../../host-server/config/load.ts";
import { createLog } from "../../../host-server/log.ts";
import { MqttService } from "../../../host-server/mqtt-service.ts";
import { createWorld, fakeProviders } from "../fakes/world.ts";

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

test("the management of another gateway needs the key that both know, and an address", () => {
  const env = { XIAOZHI_SERVER_MQTT_MANAGER_API: "10.0.0.7:8007" };
  assert.throws(() => createWorld({}, env), /config-invalid: server\.mqtt_signature_key/);
  const wrong = { XIAOZHI_SERVER_MQTT_MANAGER_API: "http://10.0.0.7" };
  assert.throws(() => createWorld({}, wrong), /server\.mqtt_manager_api/);
  assert.doesNotThrow(() => createWorld({}, { ...env, XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: "AbcdefghKEY" }));
});
