import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { channel } from "node:diagnostics_channel";
import { existsSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../../host-server/clock.ts";
import { loadConfig } from "../../../../host-server/config/load.ts";
import { createLog } from "../../../../host-server/log.ts";
import { MqttService } from "../../../../host-server/mqtt-service.ts";
import { fakeProviders } from "../../fakes/world.ts";

const RMEM_MAX = "/proc/sys/net/core/rmem_max";
const isBufferSmall = existsSync(RMEM_MAX) && Number(readFileSync(RMEM_MAX, "utf8")) < 4 * 1024 * 1024;

async function startGateway(workers = 0) {
  const env = {
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: "BurstSignature",
    XIAOZHI_GATEWAY_WORKERS: String(workers),
    XIAOZHI_GATEWAY_PORT: "0",
    XIAOZHI_GATEWAY_UDP_PORT: "0",
    XIAOZHI_GATEWAY_API_PORT: "0",
  };
  const { config } = loadConfig({ path: "", env, providers: fakeProviders });
  const log = createLog({ level: "silent" });
  const service = new MqttService({ config, clock: systemClock, log, onLink: () => {}, dataDirectory: "" });
  await service.start();
  return service;
}

for (const workers of [0, 1]) {
  test(`2,000 datagrams while the process is busy: none is lost in the receive buffer, with ${workers} workers`, {
    skip: isBufferSmall && "this computer allows no large receive buffers",
  }, async () => {
    const service = await startGateway(workers);
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.connect(service.ports.audio, "127.0.0.1", resolve));
    const strays = async () => {
      const answer = await fetch(`http://127.0.0.1:${service.ports.api}/metrics`);
      return Number(/^xiaozhi_gateway_stray_datagrams_total (\d+)$/m.exec(await answer.text())?.[1]);
    };
    for (let count = 0; count < 2_000; count++) socket.send(Buffer.alloc(136));
    for (let tries = 0; tries < 100 && (await strays()) < 2_000; tries++) await pause(20);
    assert.equal(await strays(), 2_000);
    socket.close();
    await service.stop();
  });
}

test("messages over MQTT wait for no acknowledgement: connections are without Nagle's algorithm", async () => {
  const accepted: Socket[] = [];
  const take = (message: unknown) => accepted.push((message as { socket: Socket }).socket);
  const sockets = channel("net.server.socket");
  sockets.subscribe(take);
  const service = await startGateway();
  const client = connect(service.ports.mqtt, "127.0.0.1");
  for (let tries = 0; tries < 100 && accepted.length === 0; tries++) await pause(10);
  const [socket] = accepted as unknown as Record<symbol, unknown>[];
  const noDelay = Object.getOwnPropertySymbols(socket ?? {}).find(({ description }) => description === "kSetNoDelay");
  assert.ok(noDelay);
  assert.equal(socket?.[noDelay], true);
  sockets.unsubscribe(take);
  client.destroy();
  await service.stop();
});
