import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import { WebSocket } from "ws";
import { credentials, type Identity, makeCertificate } from "../../host-server/certificate/certificate.ts";
import { createLog } from "../../host-server/log.ts";
import { lanAddress } from "../../host-server/ota/lan-address.ts";
import type { Service } from "../../host-server/server.ts";
import { ownAuthority, ownCertificate } from "../../host-server/tls/own-authority.ts";
import { TlsDoor } from "../../host-server/tls/tls-door.ts";
import { OTA_PATH } from "../../protocol/ota.ts";
import { VirtualDevice } from "../../simulator/device.ts";
import { MemoryNetwork } from "../../simulator/memory-network.ts";
import { fetchFrom, streamTo } from "../host-server/fakes/http.ts";
import { FakeMqttDevice } from "../host-server/fakes/mqtt.ts";
import { createMqttWorld, MAC } from "../host-server/fakes/mqtt-world.ts";
import { createWorld } from "../host-server/fakes/world.ts";

const folder = mkdtempSync(join(tmpdir(), "tls-door-"));
after(() => rmSync(folder, { recursive: true }));

const silent = createLog({ level: "silent" });
const authority = makeCertificate({ name: "authority", isAuthority: true });
const certFile = join(folder, "cert.pem");
const keyFile = join(folder, "key.pem");

function show(identity: Identity): void {
  const { cert, key } = credentials(identity);
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key);
}

show(makeCertificate({ name: "voice.test", issuer: authority }));
const TLS = { XIAOZHI_SERVER_TLS_CERT: certFile, XIAOZHI_SERVER_TLS_KEY: keyFile };

type Accepting = Parameters<typeof streamTo>[0];

async function secured(server: Accepting, service: Service, more: object = {}): Promise<TLSSocket> {
  const socket = connect({ socket: streamTo(server, service), ca: authority.pem, servername: "voice.test", ...more });
  await once(socket, "secureConnect");
  return socket;
}

async function ask(socket: TLSSocket, path: string): Promise<string> {
  const call = request({ path, headers: { Host: "voice.test" }, createConnection: () => socket });
  call.end();
  const [response] = await once(call, "response");
  let text = "";
  for await (const piece of response) text += String(piece);
  return `${response.statusCode} ${text}`;
}

test("every port takes TLS and, beside it, what comes in clear", async () => {
  const { server, section, clock, stop } = createMqttWorld({}, TLS);
  assert.match(await ask(await secured(server, "http"), "/healthz"), /^200 /);
  assert.equal((await fetchFrom(server, "http", "/healthz")).status, 200);
  assert.match(await ask(await secured(server, "websocket"), "/"), /^200 Server is running/);
  assert.ok((await secured(server, "api")).encrypted);
  const device = new FakeMqttDevice(await secured(server, "mqtt"));
  device.login(await section());
  await clock.advance(100);
  assert.equal(device.connack, 0);
  device.stream.destroy();
  await clock.advance(20);
  await stop();
});

test("where TLS is required nothing else is taken, and devices are sent to wss", async () => {
  const { server } = createWorld({}, { ...TLS, XIAOZHI_SERVER_TLS_REQUIRED: "true" });
  await assert.rejects(fetchFrom(server, "http", "/healthz"));
  const socket = await secured(server, "http");
  const headers = { "Device-Id": "a", "Client-Id": "b", Host: "voice.test" };
  const call = request({ method: "POST", path: OTA_PATH, headers, createConnection: () => socket });
  call.end("{}");
  const [response] = await once(call, "response");
  const [body] = await once(response, "data");
  assert.equal(JSON.parse(String(body)).websocket.url.slice(0, 17), "wss://voice.test:");
});

test("a certificate that is renewed is shown to whoever comes next, and nobody is sent away", async () => {
  const renewing = makeCertificate({ name: "voice.test", issuer: authority });
  show(renewing);
  const { clock, log } = createWorld();
  const door = new TlsDoor({ certFile, keyFile, clientCaFile: "", isRequired: false, clock, log: silent });
  const http = createServer((_request, response) => response.end("here"));
  door.guard(http);
  door.watch();
  const server: Accepting = { accept: (_service, stream) => void http.emit("connection", stream) };
  const before = await secured(server, "http");
  show(makeCertificate({ name: "voice.test", issuer: authority }));
  await clock.advance(61_000);
  const next = await secured(server, "http");
  assert.deepEqual(before.getPeerCertificate().raw, Buffer.from(renewing.der));
  assert.notDeepEqual(next.getPeerCertificate().raw, Buffer.from(renewing.der));
  assert.equal(await ask(before, "/"), "200 here");
  assert.equal(await ask(next, "/"), "200 here");
  door.close();
  assert.deepEqual(log, []);
});

test("a device shows its certificate, and is nobody else with it", async () => {
  const devices = makeCertificate({ name: "devices", isAuthority: true });
  const caFile = join(folder, "devices.pem");
  writeFileSync(caFile, devices.pem);
  const own = credentials(makeCertificate({ name: "11:22:33:44:55:66", names: [], issuer: devices }));
  const stranger = credentials(makeCertificate({ name: "11:22:33:44:55:66", names: [] }));
  const { server, log } = createWorld({}, { ...TLS, XIAOZHI_SERVER_TLS_CLIENT_CA: caFile });
  const codeOf = async (shown: object, deviceId: string): Promise<string> => {
    const socket = connect({
      socket: streamTo(server, "websocket"),
      ca: authority.pem,
      servername: "voice.test",
      ...shown,
    });
    const client = new WebSocket("ws://voice.test/xiaozhi/v1/", {
      headers: { "Device-Id": deviceId, "Client-Id": "c" },
      createConnection: () => socket as never,
    });
    const ended = Promise.withResolvers<string>();
    client.on("error", () => ended.resolve("error"));
    client.on("message", (text) => ended.resolve(String(text)));
    client.on("close", () => ended.resolve("closed"));
    client.on("open", () => client.send('{"type":"hello","version":1,"transport":"websocket"}'));
    const said = await ended.promise;
    client.terminate();
    return said;
  };
  assert.match(await codeOf(own, "11:22:33:44:55:66"), /"type":"hello"/);
  assert.equal(await codeOf(own, "11:22:33:44:55:67"), "认证失败");
  assert.equal(await codeOf(stranger, "11:22:33:44:55:66"), "error");
  assert.equal(await codeOf({}, "11:22:33:44:55:66"), "error");
  assert.ok(log.some(({ reason }) => reason === "certificate"));
});

test("a server's own authority is made once, and its certificate anew for another address", () => {
  const own = mkdtempSync(join(folder, "own-"));
  const first = ownCertificate(own, ["192.168.1.5"]);
  assert.equal(statSync(join(own, ".tls-authority.pem")).mode & 0o777, 0o600);
  assert.equal(statSync(first.keyFile).mode & 0o777, 0o600);
  const again = ownCertificate(own, ["192.168.1.5"]);
  assert.deepEqual(again.authority, first.authority);
  assert.deepEqual(ownCertificate(own, ["10.0.0.9"]).authority, first.authority);
});

test("a device learns at its first start whom to trust, and speaks to nobody else from then on", async () => {
  const host = lanAddress();
  const own = mkdtempSync(join(folder, "home-"));
  const world = createWorld({}, { XIAOZHI_SERVER_TLS_OWN: "true", XIAOZHI_SERVER_PORT: "8000" }, own);
  const { clock, server } = world;
  const network = new MemoryNetwork({ clock, delayMs: 2 });
  const heard: string[] = [];
  let target: typeof server = server;
  const listen = (service: "http" | "websocket", port: number) =>
    network.listen(host, port, (stream) => {
      stream.once("data", (first: Buffer) => heard.push(`${port} ${first[0] === 0x16 ? "TLS" : "clear"}`));
      target.accept(service, stream);
    });
  await listen("http", 8002);
  await listen("websocket", 8000);
  const lines: string[] = [];
  const device = new VirtualDevice({
    clock,
    network,
    config: { otaUrl: `http://${host}:8002${OTA_PATH}` },
    onLog: ({ level, text }) => lines.push(`${level} ${text}`),
  });
  device.start();
  await clock.run(device.reached("idle"));
  await clock.advance(10_000);
  device.click();
  await clock.run(device.reached("listening"));
  assert.deepEqual(heard, ["8002 clear", "8002 TLS", "8000 TLS"]);
  device.click();
  await clock.run(device.reached("idle"));
  // Another server at the same address, with an authority of its own.
  target = createWorld({}, { XIAOZHI_SERVER_TLS_OWN: "true" }, mkdtempSync(join(folder, "thief-")), { clock }).server;
  device.restart();
  await clock.advance(5_000);
  assert.ok(
    lines.some((line) => /certificate refused/.test(line)),
    lines.slice(-6).join("\n"),
  );
  assert.ok(heard.slice(3).every((line) => line.endsWith("TLS")));
  device.close();
});

test("a device that has learned whom to trust speaks MQTT over TLS, and is told to send its pictures so", async () => {
  const host = lanAddress();
  const own = mkdtempSync(join(folder, "home-"));
  const env = { XIAOZHI_SERVER_TLS_OWN: "true", XIAOZHI_SERVER_MQTT_GATEWAY: "auto", XIAOZHI_SERVER_UDP_GATEWAY: "" };
  const explain = async () => "a cat";
  const wrap = ((stages: object) => ({ ...stages, vllm: { explain, close: async () => {} } })) as never;
  const { clock, server, stop } = createMqttWorld({ wrap }, env, { dataDirectory: own });
  const network = new MemoryNetwork({ clock, delayMs: 2 });
  const heard: string[] = [];
  for (const [service, port] of [
    ["http", 8002],
    ["mqtt", 1883],
    ["mqtts", 8883],
  ] as const) {
    await network.listen(host, port, (stream) => {
      stream.once("data", (first: Buffer) => heard.push(`${port} ${first[0] === 0x16 ? "TLS" : "clear"}`));
      server.accept(service, stream);
    });
  }
  const ask = async (report: object) => {
    const headers = { "Device-Id": MAC, "Client-Id": "c", Host: `${host}:8002` };
    const { text } = await fetchFrom(server, "http", OTA_PATH, {
      method: "POST",
      headers,
      body: JSON.stringify(report),
    });
    return JSON.parse(text).mqtt.endpoint;
  };
  assert.equal(await ask({}), `${host}:1883`);
  assert.equal(await ask({ trusts: "certificate" }), `${host}:8883`);
  const device = new VirtualDevice({ clock, network, config: { otaUrl: `http://${host}:8002${OTA_PATH}` } });
  device.start();
  await clock.run(device.reached("idle"));
  await clock.advance(20_000);
  assert.deepEqual(heard, ["8002 clear", "8002 TLS", "8883 TLS"]);
  device.close();
  const told = async (isEncrypted: boolean) => {
    const stream = streamTo(server, "websocket");
    const authorityPem = ownAuthority(own).pem;
    const socket = isEncrypted ? connect({ socket: stream, ca: authorityPem, host }) : stream;
    const client = new WebSocket(`ws://${host}/xiaozhi/v1/`, {
      headers: { "Device-Id": MAC, "Client-Id": "c" },
      createConnection: () => socket as never,
    });
    const url = Promise.withResolvers<string>();
    client.on("open", () =>
      client.send('{"type":"hello","version":1,"transport":"websocket","features":{"mcp":true}}'),
    );
    client.on("message", (text) => {
      const { payload } = JSON.parse(String(text));
      if (payload?.method === "initialize") url.resolve(payload.params.capabilities.vision.url);
    });
    const said = await url.promise;
    client.terminate();
    return said;
  };
  assert.match(await told(true), new RegExp(`^https://${host}:`));
  assert.match(await told(false), /^http:/);
  await stop();
});
