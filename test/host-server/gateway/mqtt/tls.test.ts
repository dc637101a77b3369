import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { connect } from "node:tls";
import { makeCertificate } from "../../../../host-server/certificate/certificate.ts";
import { FakeMqttDevice } from "../../fakes/mqtt.ts";
import { createMqttWorld } from "../../fakes/mqtt-world.ts";

const folder = mkdtempSync(join(tmpdir(), "tls-"));
after(() => rmSync(folder, { recursive: true }));
const { pem, key } = makeCertificate({ name: "127.0.0.1" });
const certFile = join(folder, "cert.pem");
const keyFile = join(folder, "key.pem");
writeFileSync(certFile, pem);
writeFileSync(keyFile, key.export({ type: "pkcs8", format: "pem" }));

const PORTS = Object.fromEntries(
  ["SERVER_PORT", "SERVER_HTTP_PORT", "GATEWAY_PORT", "GATEWAY_UDP_PORT", "GATEWAY_TLS_PORT"].map((name) => [
    `XIAOZHI_${name}`,
    "0",
  ]),
);
const TLS = { XIAOZHI_SERVER_IP: "127.0.0.1", XIAOZHI_GATEWAY_TLS_CERT: certFile, XIAOZHI_GATEWAY_TLS_KEY: keyFile };

test("a device logs in over TLS; one that speaks plain MQTT there does not", async () => {
  const { server, section, stop } = createMqttWorld({}, { ...PORTS, ...TLS });
  await server.start();
  const socket = connect({ host: "127.0.0.1", port: server.ports.mqttTls, ca: pem });
  await once(socket, "secureConnect");
  const device = new FakeMqttDevice(socket);
  device.login(await section());
  await once(socket, "data");
  assert.equal(device.connack, 0);
  const plain = new FakeMqttDevice(connectPlain(server.ports.mqttTls, "127.0.0.1"));
  plain.login(await section());
  await once(plain.stream, "close");
  assert.equal(plain.connack, undefined);
  await stop();
});

test("a certificate that is replaced while the server runs is used within a minute; one that does not fit is not", async () => {
  const certificate = join(folder, "renewed.pem");
  const secret = join(folder, "renewed-key.pem");
  const renew = (issued: ReturnType<typeof makeCertificate>, own = issued) => {
    writeFileSync(certificate, issued.pem);
    writeFileSync(secret, own.key.export({ type: "pkcs8", format: "pem" }));
  };
  const [first, second] = [makeCertificate({ name: "127.0.0.1" }), makeCertificate({ name: "127.0.0.1" })];
  renew(first);
  const env = { ...TLS, XIAOZHI_GATEWAY_TLS_CERT: certificate, XIAOZHI_GATEWAY_TLS_KEY: secret };
  const { server, section, clock, log, stop } = createMqttWorld({}, { ...PORTS, ...env });
  await server.start();
  const isTrusted = async (ca: string) => {
    const socket = connect({ host: "127.0.0.1", port: server.ports.mqttTls, ca });
    const isGood = await once(socket, "secureConnect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    return isGood;
  };
  const open = new FakeMqttDevice(connect({ host: "127.0.0.1", port: server.ports.mqttTls, ca: first.pem }));
  open.login({ ...(await section()), keepalive: 0 });
  await once(open.stream, "data");
  renew(second, first);
  await clock.advance(61_000);
  assert.equal(log.filter(({ msg }) => String(msg).startsWith("new certificate refused")).length, 1);
  assert.deepEqual([await isTrusted(first.pem), await isTrusted(second.pem)], [true, false]);
  renew(second);
  await clock.advance(60_000);
  assert.deepEqual([await isTrusted(first.pem), await isTrusted(second.pem)], [false, true]);
  assert.equal(open.isClosed, false, "who is connected stays");
  await stop();
});

test("a certificate that cannot be used keeps the server from starting, and is named", () => {
  const missing = { ...TLS, XIAOZHI_GATEWAY_TLS_KEY: join(folder, "none.pem") };
  assert.throws(() => createMqttWorld({}, missing), { code: "config-invalid", message: /gateway\.tls_key.*none\.pem/ });
  const swapped = { ...TLS, XIAOZHI_GATEWAY_TLS_CERT: keyFile };
  assert.throws(() => createMqttWorld({}, swapped), { code: "config-invalid", message: /gateway\.tls_cert/ });
});
