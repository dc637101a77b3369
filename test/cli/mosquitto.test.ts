import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { runGateway } from "../../host-server/gateway-main.ts";
import { createLog } from "../../host-server/log.ts";
import { createServer as createHostServer } from "../../host-server/server.ts";
import { OTA_PATH } from "../../protocol/ota.ts";
import { RealClock } from "../../simulator/clock.ts";
import { converse } from "../../simulator/conversation.ts";
import { VirtualDevice } from "../../simulator/device.ts";
import { HostNetwork } from "../../simulator/host-network.ts";
import { freePort } from "../free-port.ts";
import { FakeMqttDevice } from "../host-server/fakes/mqtt.ts";
import { scriptedStages, tone } from "../host-server/fakes/stages.ts";
import { fakeProviders } from "../host-server/fakes/world.ts";

const MOSQUITTO = ["/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto"].find(existsSync);
const skip = MOSQUITTO === undefined && "mosquitto is not installed";
const MAC = "02:00:00:00:00:07";
/** As the version check names a simulated device. */
const ID = "GID_simulator@@@02_00_00_00_00_07@@@02_00_00_00_00_07";

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await isTrue()) return;
    await pause(20);
  }
  assert.fail("it did not happen");
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
  });
  socket.destroy();
  return isOpen;
}

/** Mosquitto with the files that the gateway writes for it, and a server that is its client. */
async function createBrokerWorld() {
  const directory = mkdtempSync(join(tmpdir(), "xiaozhi-mosquitto-"));
  const port = await freePort();
  const config = join(directory, "config.yaml");
  writeFileSync(
    config,
    `server: { ip: 127.0.0.1, port: 0, http_port: 0, mqtt_signature_key: BrokerSignature, mqtt_gateway: auto, udp_gateway: 127.0.0.1 }
gateway: { broker: "mqtt://gate:secret@127.0.0.1:${port}", node: east, udp_port: 0, api_port: 0 }
`,
  );
  assert.equal(await runGateway(["--config", config, "--mosquitto-files", directory, MAC]), 0);
  writeFileSync(
    join(directory, "mosquitto.conf"),
    `listener ${port} 127.0.0.1\nuser root\npassword_file ${directory}/passwords\nacl_file ${directory}/rules\n`,
  );
  const broker: ChildProcess = spawn(MOSQUITTO as string, ["-c", join(directory, "mosquitto.conf")], {
    stdio: "ignore",
  });
  await until(() => answers(port));
  const stages = scriptedStages({ heard: ["hello there"] }, systemClock);
  const { config: parsed } = loadConfig({ path: config, env: {}, providers: fakeProviders });
  const log = createLog({ level: "silent" });
  const create = () =>
    createHostServer({ config: parsed, clock: systemClock, log, providers: stages, dataDirectory: directory });
  let server = create();
  await server.start();
  /** Another gateway takes the place of the first, as after an update. */
  const restart = async () => {
    await server.stop();
    server = create();
    await server.start();
  };
  const section = async (mac: string) => {
    const headers = { "Device-Id": mac, "Client-Id": "uuid", "Device-Model": "box" };
    const answer = await fetch(`http://127.0.0.1:${server.ports.http}${OTA_PATH}`, {
      method: "POST",
      headers,
      body: "{}",
    });
    return ((await answer.json()) as { mqtt: Record<string, string> }).mqtt;
  };
  const devices = async () => {
    const answer = await fetch(`http://127.0.0.1:${server.ports.api}/metrics`);
    return Number(/^xiaozhi_gateway_devices(?:\{.*\})? (\d+)$/m.exec(await answer.text())?.[1]);
  };
  const post = async (path: string, body: object) => {
    const key = createHash("sha256")
      .update(`${new Date().toISOString().slice(0, 10)}BrokerSignature`)
      .digest("hex");
    const answer = await fetch(`http://127.0.0.1:${server.ports.api}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  const status = async (id: string) => (await post("/api/devices/status", { clientIds: [id] }))[id];
  const stop = async () => {
    await server.stop();
    broker.kill();
    rmSync(directory, { recursive: true, force: true });
  };
  return { port, server, directory, section, post, status, devices, restart, stop };
}

test("the firmware converses through Mosquitto; its will tells the gateway that it is gone", { skip }, async () => {
  const { server, status, devices, stop } = await createBrokerWorld();
  const turns: string[] = [];
  server.onTurn(({ heard }) => turns.push(heard));
  const otaUrl = `http://127.0.0.1:${server.ports.http}${OTA_PATH}`;
  const device = new VirtualDevice({
    clock: new RealClock(),
    network: new HostNetwork(),
    config: { otaUrl },
    mac: MAC,
  });
  try {
    device.start();
    await until(async () => (await devices()) === 1);
    const pcm = Int16Array.from([...tone(8_000, 16_000), ...new Int16Array(16_000)]);
    const exchange = await converse(device, { pcm, sampleRate: 16_000 });
    assert.deepEqual(turns, ["hello there"]);
    assert.ok(exchange.audibleMs > 0);
    assert.deepEqual(await status(ID), { isAlive: true, exists: true });
    device.close();
    await until(async () => (await devices()) === 0);
    assert.equal(server.sessionCount, 0);
  } finally {
    device.close();
    await stop();
  }
});

test("a gateway that comes later knows who is at Mosquitto, and of which group", { skip }, async () => {
  const { server, devices, post, restart, stop } = await createBrokerWorld();
  const otaUrl = `http://127.0.0.1:${server.ports.http}${OTA_PATH}`;
  const device = new VirtualDevice({
    clock: new RealClock(),
    network: new HostNetwork(),
    config: { otaUrl },
    mac: MAC,
  });
  try {
    device.start();
    await until(async () => (await devices()) === 1);
    await restart();
    await until(async () => (await devices()) === 1);
    const command = { type: "mcp", payload: { method: "tools/call", params: { name: "self.get_device_status" } } };
    const { results } = await post("/api/devices/commands", { group: "GID_simulator", ...command });
    assert.equal((results as Record<string, { success: boolean }>)[ID]?.success, true, JSON.stringify(results));
  } finally {
    device.close();
    await stop();
  }
});

test("at Mosquitto a device writes and reads its own topics, and none without the right password", {
  skip,
}, async () => {
  const { port, directory, section, devices, stop } = await createBrokerWorld();
  const dial = () => new FakeMqttDevice(connect(port, "127.0.0.1"));
  const login = (await section(MAC)) as never;
  assert.ok(!readFileSync(join(directory, "passwords"), "utf8").includes((login as { password: string }).password));
  const [good, wrong, unknown] = [dial(), dial(), dial()];
  try {
    good.login(login);
    wrong.login(Object.assign({}, login, { password: "guessed", client_id: "b" }));
    unknown.login(Object.assign({}, await section("02:00:00:00:00:08"), { client_id: "c" }));
    await until(() => [good, wrong, unknown].every(({ connack }) => connack !== undefined));
    assert.deepEqual([good.connack, wrong.connack, unknown.connack], [0, 5, 5]);
    good.subscribe("devices/p2p/02_00_00_00_00_07");
    good.subscribe("devices/p2p/02_00_00_00_00_08");
    good.send({ type: "online" }, "device-server/east/02_00_00_00_00_08");
    good.send({ type: "online" }, "device-server/east/02_00_00_00_00_07");
    await until(() => good.of("mcp").length > 0);
    assert.equal(await devices(), 1, "what was written on another's topic went nowhere");
    assert.deepEqual(new Set(good.topics), new Set(["devices/p2p/02_00_00_00_00_07"]));
  } finally {
    for (const device of [good, wrong, unknown]) device.stream.destroy();
    await stop();
  }
});
