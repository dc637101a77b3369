import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { createServer } from "../../host-server/server.ts";
import { OTA_PATH } from "../../protocol/ota.ts";
import { RealClock } from "../../simulator/clock.ts";
import { converse } from "../../simulator/conversation.ts";
import { VirtualDevice } from "../../simulator/device.ts";
import { HostNetwork } from "../../simulator/host-network.ts";
import { scriptedStages, tone } from "../host-server/fakes/stages.ts";
import { fakeProviders } from "../host-server/fakes/world.ts";

test("a turn over real MQTT and UDP sockets of this computer", async () => {
  const env = {
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_SERVER_PORT: "0",
    XIAOZHI_SERVER_HTTP_PORT: "0",
    XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
    XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: "LoopbackSignature",
    XIAOZHI_SERVER_MQTT_GATEWAY: "auto",
    XIAOZHI_GATEWAY_PORT: "0",
    XIAOZHI_GATEWAY_UDP_PORT: "0",
    XIAOZHI_GATEWAY_API_PORT: "0",
  };
  const { config } = loadConfig({ path: "", env, providers: fakeProviders });
  const stages = scriptedStages({ heard: ["hello there"] }, systemClock);
  const log = createLog({ level: "silent" });
  const server = createServer({ config, clock: systemClock, log, providers: stages });
  await server.start();
  assert.ok(server.ports.mqtt > 0 && server.ports.audio > 0);
  const turns: string[] = [];
  server.onTurn(({ heard }) => turns.push(heard));
  const otaUrl = `http://127.0.0.1:${server.ports.http}${OTA_PATH}`;
  const device = new VirtualDevice({
    clock: new RealClock(),
    network: new HostNetwork(),
    config: { otaUrl },
  });
  try {
    device.start();
    const pcm = Int16Array.from([...tone(8_000, 16_000), ...new Int16Array(16_000)]);
    const exchange = await converse(device, { pcm, sampleRate: 16_000 });
    assert.deepEqual(turns, ["hello there"]);
    assert.ok(exchange.audibleMs > 0);
  } finally {
    device.close();
    await server.stop();
  }
  await assert.doesNotReject(server.stop());
});
