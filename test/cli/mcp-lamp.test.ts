import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { createServer } from "../../host-server/server.ts";
import { OTA_PATH } from "../../protocol/ota.ts";
import { RealClock } from "../../simulator/clock.ts";
import { VirtualDevice } from "../../simulator/device.ts";
import { HostNetwork } from "../../simulator/host-network.ts";
import { scriptedStages } from "../host-server/fakes/stages.ts";
import { fakeProviders } from "../host-server/fakes/world.ts";

const KEY = "a key of the house";
const ENV = {
  XIAOZHI_SERVER_IP: "127.0.0.1",
  XIAOZHI_SERVER_PORT: "0",
  XIAOZHI_SERVER_HTTP_PORT: "0",
  XIAOZHI_SERVER_AUTH_KEY: KEY,
  XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
  XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: "LampSignature",
  XIAOZHI_SERVER_MQTT_GATEWAY: "auto",
  XIAOZHI_GATEWAY_PORT: "0",
  XIAOZHI_GATEWAY_UDP_PORT: "0",
  XIAOZHI_GATEWAY_API_PORT: "0",
};

test("a desktop program switches the lamp of a device at rest", async () => {
  const { config } = loadConfig({ path: "", env: ENV, providers: fakeProviders });
  const log = createLog({ level: "silent" });
  const server = createServer({ config, clock: systemClock, log, providers: scriptedStages({}, systemClock) });
  await server.start();
  const address = `http://127.0.0.1:${server.ports.http}`;
  const settings = { otaUrl: `${address}${OTA_PATH}` };
  const device = new VirtualDevice({
    clock: new RealClock(),
    network: new HostNetwork(),
    config: settings,
    board: "bread-compact-wifi",
  });
  const client = new Client({ name: "desktop", version: "1" });
  try {
    device.start();
    await device.reached("idle");
    const requestInit = { headers: { Authorization: `Bearer ${KEY}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${address}/mcp`), { requestInit }));
    const names = async () =>
      (await client.listTools(undefined, { cacheMode: "refresh" })).tools.map(({ name }) => name);
    for (let round = 0; !(await names()).includes("self_lamp_turn_on"); round++) assert.ok(round < 500, "no lamp");
    assert.equal(device.pins.level(18), 0);
    const { isError } = await client.callTool({ name: "self_lamp_turn_on", arguments: {} });
    assert.ok(!isError);
    assert.equal(device.pins.level(18), 1);
    const { structuredContent } = await client.callTool({ name: "self_lamp_get_state", arguments: {} });
    assert.deepEqual(structuredContent, { power: true });
  } finally {
    await client.close();
    device.close();
    await server.stop();
  }
});
