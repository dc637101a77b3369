import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import { run } from "../../cli/certificate/device-certificate.ts";
import { credentials, makeCertificate } from "../../host-server/certificate/certificate.ts";
import type { Server, Service } from "../../host-server/server.ts";
import { VISION_PATH } from "../../host-server/vision/routes.ts";
import { OTA_PATH } from "../../protocol/ota.ts";
import { fetchFrom, streamTo } from "../host-server/fakes/http.ts";
import { FakeMqttDevice } from "../host-server/fakes/mqtt.ts";
import { createMqttWorld, MAC } from "../host-server/fakes/mqtt-world.ts";

const folder = mkdtempSync(join(tmpdir(), "device-certificates-"));
after(() => rmSync(folder, { recursive: true }));

const OTHER = "11:22:33:44:55:67";
const authority = makeCertificate({ name: "authority", isAuthority: true });
const devices = makeCertificate({ name: "devices", isAuthority: true });
const [certFile, keyFile, caFile] = ["cert.pem", "key.pem", "devices.pem"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const server = credentials(makeCertificate({ name: "voice.test", issuer: authority }));
writeFileSync(certFile, server.cert);
writeFileSync(keyFile, server.key);
writeFileSync(caFile, devices.pem);

const TLS = { XIAOZHI_SERVER_TLS_CERT: certFile, XIAOZHI_SERVER_TLS_KEY: keyFile };
const DEMANDING = {
  ...TLS,
  XIAOZHI_SERVER_TLS_CLIENT_CA: caFile,
  XIAOZHI_SERVER_TLS_CLIENT_DOORS: '["mqtt","http"]',
  XIAOZHI_GATEWAY_TLS_CERT: certFile,
  XIAOZHI_GATEWAY_TLS_KEY: keyFile,
};

type Shown = { readonly key?: string; readonly cert?: string };

const shownBy = (name: string, issuer = devices): Shown => credentials(makeCertificate({ name, names: [], issuer }));
const own = shownBy(MAC);
const others = shownBy(OTHER);
const strangers = shownBy(MAC, makeCertificate({ name: "devices", isAuthority: true }));

function secured(to: Pick<Server, "accept">, service: Service, shown: Shown): TLSSocket {
  const socket = connect({ socket: streamTo(to, service), ca: authority.pem, servername: "voice.test", ...shown });
  socket.on("error", () => {});
  return socket;
}

async function post(socket: TLSSocket, path: string): Promise<string> {
  const headers = { Host: "voice.test", "Device-Id": MAC, "Client-Id": "c" };
  const call = request({ method: "POST", path, headers, createConnection: () => socket });
  call.end("{}");
  const [response] = await once(call, "response");
  let text = "";
  for await (const piece of response) text += String(piece);
  return `${response.statusCode} ${text}`;
}

test("MQTT: a device shows its certificate, and logs in as nobody else, at both ports", async () => {
  const { server, section, clock, log, stop } = createMqttWorld(
    {},
    { ...DEMANDING, XIAOZHI_SERVER_TLS_CLIENT_DOORS: '["mqtt"]' },
  );
  const login = await section();
  for (const service of ["mqtt", "mqtts"] as const) {
    const outcomeOf = async (shown: Shown) => {
      const socket = secured(server, service, shown);
      const device = new FakeMqttDevice(socket);
      device.login(login);
      while (device.connack === undefined && !device.isClosed) {
        await new Promise((resolve) => setImmediate(resolve));
        await clock.advance(1);
      }
      socket.destroy();
      return device.connack;
    };
    assert.equal(await outcomeOf(own), 0, service);
    assert.equal(await outcomeOf(others), 4, service);
    assert.equal(await outcomeOf(strangers), undefined, service);
    assert.equal(await outcomeOf({}), undefined, service);
  }
  const refused = log.filter(({ msg }) => msg === "MQTT login refused");
  assert.deepEqual(
    refused.map(({ device, certificate }) => [device, certificate]),
    [
      [MAC, OTHER],
      [MAC, OTHER],
    ],
  );
  const clear = new FakeMqttDevice(streamTo(server, "mqtt"));
  clear.login(login);
  await clock.advance(100);
  assert.deepEqual([clear.connack, clear.isClosed], [undefined, true]);
  await stop();
});

test("HTTP: version check and pictures want the device's certificate, people and programs need none", async () => {
  const { server, log } = createMqttWorld({}, DEMANDING);
  const answers = async (shown: Shown, path: string) => post(secured(server, "http", shown), path);
  for (const path of [OTA_PATH, OTA_PATH.slice(0, -1)]) assert.match(await answers(own, path), /^200 .*server_time/);
  // What is wrong here is the token.
  assert.match(await answers(own, VISION_PATH), /^401 .*token/);
  for (const path of [OTA_PATH, OTA_PATH.slice(0, -1), `${OTA_PATH}activate`, VISION_PATH]) {
    assert.match(await answers(others, path), /^401 .*certificate-other: .*11:22:33:44:55:67.*11:22:33:44:55:66/, path);
    assert.match(await answers(strangers, path), /^401 .*certificate-missing/, path);
    assert.match(await answers({}, path), /^401 .*certificate-missing: device .*11:22:33:44:55:66/, path);
    const clear = await fetchFrom(server, "http", path, { method: "POST", headers: { "Device-Id": MAC }, body: "{}" });
    assert.equal(clear.status, 401, path);
  }
  assert.equal((await fetchFrom(server, "http", "/healthz")).status, 200);
  assert.equal((await fetchFrom(server, "http", OTA_PATH)).status, 200);
  assert.ok(log.some(({ certificate, device }) => certificate === OTHER && device === MAC));
});

test("the command makes certificates by the server's own authority, and writes over none", async (t) => {
  const data = mkdtempSync(join(folder, "data-"));
  const said: string[] = [];
  for (const method of ["log", "error"] as const) t.mock.method(console, method, (line: string) => said.push(line));
  const made = join(folder, "made");
  const args = ["--config", join(data, ".config.yaml"), "--to", made];
  assert.equal(await run([MAC, ...args, "--days", "2"]), 0);
  const file = join(made, MAC.replaceAll(":", "-"));
  assert.equal(statSync(`${file}.key`).mode & 0o777, 0o600);
  const shown = { key: readFileSync(`${file}.key`, "utf8"), cert: readFileSync(`${file}.pem`, "utf8") };
  const days = (new X509Certificate(shown.cert).validToDate.getTime() - Date.now()) / 86_400_000;
  assert.ok(days > 1.9 && days < 2.1, `${days} days`);
  await assert.rejects(run([MAC, ...args]), /file-exists: .*--to/);
  const env = { ...TLS, XIAOZHI_SERVER_TLS_CLIENT_CA: "own", XIAOZHI_SERVER_TLS_CLIENT_DOORS: '["http"]' };
  const { server } = createMqttWorld({}, env, { dataDirectory: data });
  assert.match(await post(secured(server, "http", shown), OTA_PATH), /^200 .*server_time/);
  assert.match(await post(secured(server, "http", own), OTA_PATH), /^401 /);
  assert.equal(await run(["a b", ...args]), 2);
  assert.equal(await run([OTHER, ...args, "--days", "0"]), 2);
  assert.match(said.slice(-2).join("\n"), /got "a b"\n.*--days: expected a number above 0, got "0"/);
  await assert.rejects(run([OTHER, ...args, "--authority", certFile]), /authority-invalid: --authority: .*cert\.pem/);
  const given = join(folder, "given.pem");
  const { key, cert } = credentials(devices);
  writeFileSync(given, key + cert);
  assert.equal(await run([OTHER, ...args, "--authority", given]), 0);
  const issued = new X509Certificate(readFileSync(join(made, `${OTHER.replaceAll(":", "-")}.pem`)));
  assert.ok(issued.checkIssued(new X509Certificate(devices.pem)));
});
