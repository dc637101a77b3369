import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
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
import { freePort } from "../free-port.ts";
import { scriptedStages, tone } from "../host-server/fakes/stages.ts";
import { fakeProviders } from "../host-server/fakes/world.ts";

const KEY = "ProcessSignature";
const AUTH_KEY = "a key of the house";
const MAIN = join(import.meta.dirname, "../../cli/main.ts");

/** `xiaozhi gateway` as a process; resolves once it is ready. */
async function startGateway(folder: string, servers: string, ports: { mqtt: number; api: number; workers: number }) {
  const config = join(folder, "gateway.yaml");
  writeFileSync(
    config,
    `server: { ip: 127.0.0.1, mqtt_signature_key: ${KEY} }
gateway: { port: ${ports.mqtt}, udp_port: 0, api_port: ${ports.api}, workers: ${ports.workers}, servers: [${servers}] }
`,
  );
  const args = ["--disable-warning=ExperimentalWarning", MAIN, "gateway", "--config", config];
  const gateway = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: gateway.stdout })) {
    if (line.includes("gateway ready")) break;
  }
  gateway.stdout.resume();
  return gateway;
}

async function converseThroughGateway(workers: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-gateway-"));
  const ports = { mqtt: await freePort(), api: await freePort(), workers };
  const env = {
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_SERVER_PORT: "0",
    XIAOZHI_SERVER_HTTP_PORT: "0",
    XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
    XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: KEY,
    XIAOZHI_SERVER_MQTT_GATEWAY: `127.0.0.1:${ports.mqtt}`,
    XIAOZHI_SERVER_MQTT_MANAGER_API: `127.0.0.1:${ports.api}`,
    XIAOZHI_SERVER_AUTH_KEY: AUTH_KEY,
    XIAOZHI_GATEWAY_ENABLED: "false",
  };
  const { config } = loadConfig({ path: "", env, providers: fakeProviders });
  const stages = scriptedStages({ heard: ["hello there"] }, systemClock);
  const log = createLog({ level: "silent" });
  const server = createServer({ config, clock: systemClock, log, providers: stages });
  await server.start();
  const url = `ws://127.0.0.1:${server.ports.websocket}/xiaozhi/v1/?from=mqtt_gateway`;
  const api = `http://127.0.0.1:${server.ports.http}`;
  const choice = `{ url: "${url}", api: "${api}", auth_key: "${AUTH_KEY}" }`;
  const gateway = await startGateway(folder, choice, ports);
  const turns: string[] = [];
  server.onTurn(({ heard }) => turns.push(heard));
  const otaUrl = `http://127.0.0.1:${server.ports.http}${OTA_PATH}`;
  const device = new VirtualDevice({ clock: new RealClock(), network: new HostNetwork(), config: { otaUrl } });
  try {
    device.start();
    const pcm = Int16Array.from([...tone(8_000, 16_000), ...new Int16Array(16_000)]);
    const exchange = await converse(device, { pcm, sampleRate: 16_000 });
    assert.deepEqual(turns, ["hello there"]);
    assert.ok(exchange.audibleMs > 0);
    device.click();
    await device.reached("idle");
    while (server.sessionCount > 0) await new Promise(setImmediate);
    device.speaker.clear();
    const say = async (id: string) => {
      const headers = { authorization: `Bearer ${AUTH_KEY}` };
      const body = JSON.stringify({ text: "Dinner is ready." });
      const answer = await fetch(`${api}/api/devices/${id}/say`, { method: "POST", headers, body });
      return (await answer.json()) as { success: boolean; code?: string };
    };
    assert.deepEqual(await say(device.mac), { success: true }, "the server has the gateway call the device at rest");
    assert.notEqual(device.speaker.firstAudibleAt, undefined);
    assert.equal((await say("02:02:02:02:02:02")).code, "gateway-refused");
    gateway.kill("SIGTERM");
    const [status] = await once(gateway, "exit");
    assert.equal(status, 0);
    assert.equal((await say(device.mac)).code, "gateway-unreachable");
  } finally {
    gateway.kill("SIGKILL");
    device.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

for (const workers of [0, 1]) {
  const threads = workers === 0 ? "without threads" : "with a thread for audio";
  test(`the firmware converses through \`xiaozhi gateway\` ${threads}, before this server, which has it speak`, () =>
    converseThroughGateway(workers));
}
