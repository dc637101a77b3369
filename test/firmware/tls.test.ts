import assert from "node:assert/strict";
import { test } from "node:test";
import { credentials, makeCertificate } from "../tls/certificates.ts";
import { listenTls } from "../tls/front.ts";
import { MQTT_SECTION } from "./mqtt-udp-server.ts";
import { offer } from "./mqtt-world.ts";
import { toneFrames } from "./scripted-server.ts";
import { AUTHORITY, createTlsMqttWorld, createTlsWorld, HTTPS_URL } from "./tls-world.ts";

const SERVER = makeCertificate({ name: "server.test", issuer: AUTHORITY });
const GOOD = credentials(SERVER, AUTHORITY);
const GATEWAY = { host: "server.test", port: 8000 };
const WEB = { host: "server.test", port: 8002 };
const WSS = { url: "wss://server.test/xiaozhi/v1/" };

test("a conversation over wss: the whole of a turn passes in both directions", async () => {
  const { clock, network, server, device, states, boot, listen } = await createTlsWorld();
  server.offer(WSS);
  const secured = await listenTls(network, { host: "server.test", port: 443, behind: GATEWAY, tls: GOOD });
  await boot();
  await listen();
  await clock.advance(1200);
  assert.ok(server.frames.length >= 15, `${server.frames.length} frames`);
  server.send({ type: "stt", text: "hello" });
  server.send({ type: "tts", state: "start" });
  await clock.advance(50);
  server.speak(toneFrames(1200));
  await clock.advance(2000);
  server.send({ type: "tts", state: "stop" });
  await clock.run(device.reached("listening"));
  assert.ok(device.stats.playedSamples > 20_000);
  device.click();
  await clock.run(device.reached("idle"));
  await clock.advance(500);
  await listen();
  assert.equal(secured.length, 2, "one connection each conversation");
  assert.deepEqual(states.slice(2, 7), ["idle", "connecting", "listening", "speaking", "listening"]);
  assert.equal(device.stats.crashes, 0);
});

test("a version check over https", async () => {
  const { network, server, boot, listen } = await createTlsWorld({ config: { otaUrl: HTTPS_URL, sntp: "time.test" } });
  const secured = await listenTls(network, { host: "server.test", port: 443, behind: WEB, tls: GOOD });
  await boot();
  assert.equal(secured.length, 1);
  assert.equal(server.otaRequests.length, 1);
  await listen();
});

const MQTT = { host: "mqtt.test", port: 1883 };
const MQTTS = credentials(makeCertificate({ name: "mqtt.test", issuer: AUTHORITY }), AUTHORITY);
const SNTP = { config: { sntp: "time.test" } };

for (const endpoint of ["mqtt.test:8883", "mqtt.test"]) {
  test(`MQTT over TLS at ${endpoint}: logged in at boot, and a conversation with its audio over UDP`, async () => {
    const { clock, network, web, server, device, boot, listen } = await createTlsMqttWorld(SNTP);
    web.ota = offer({ ...MQTT_SECTION, endpoint });
    const secured = await listenTls(network, { host: "mqtt.test", port: 8883, behind: MQTT, tls: MQTTS });
    await boot();
    assert.equal(server.mqtt.logins.length, 1);
    await listen();
    await clock.advance(600);
    assert.ok(server.frames.length >= 8, `${server.frames.length} frames`);
    device.click();
    await clock.run(device.reached("idle"));
    assert.equal(secured.length, 1, "one connection for everything");
  });
}

test("a server that offers MQTT over TLS and a WebSocket: MQTT wins, and is tried until it is there", async () => {
  const { clock, network, web, server, device, lines, boot, listen } = await createTlsMqttWorld(SNTP);
  web.ota = offer({ ...MQTT_SECTION, endpoint: "mqtt.test" }, WSS);
  await boot();
  device.click();
  await clock.run(device.reached("connecting"));
  await clock.run(device.reached("idle"));
  assert.ok(lines.some((line) => line.includes("alert") && line.includes("Unable to connect")));
  await listenTls(network, { host: "mqtt.test", port: 8883, behind: MQTT, tls: MQTTS });
  await clock.advance(120_000);
  assert.deepEqual([server.mqtt.logins.length, web.upgrades.length], [1, 0]);
  await listen();
});
