import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { test } from "node:test";
import type { TlsOptions } from "node:tls";
import { credentials, makeCertificate } from "../../host-server/certificate/certificate.ts";
import { TlsFront } from "../tls/front.ts";
import { MQTT_SECTION } from "./mqtt-udp-server.ts";
import { offer } from "./mqtt-world.ts";
import { toneFrames } from "./scripted-server.ts";
import { AUTHORITY, createTlsMqttWorld, createTlsWorld, HTTPS_URL } from "./tls-world.ts";
import { createWorld } from "./world.ts";

const ROOT = join(import.meta.dirname, "../..");
const SERVER = makeCertificate({ name: "server.test", issuer: AUTHORITY });
const GOOD = credentials(SERVER, AUTHORITY);
const HTTPS_PORT = { host: "server.test", port: 443 };
const GATEWAY = { host: "server.test", port: 8000 };
const WEB = { host: "server.test", port: 8002 };
/** A short WebSocket frame of a server. */
const textFrame = (text: string) => Buffer.concat([Uint8Array.of(0x81, text.length), Buffer.from(text)]);

const WSS = { url: "wss://server.test/xiaozhi/v1/" };

test("a conversation over wss: the whole of a turn passes in both directions", async () => {
  const { clock, network, server, device, states, boot, listen } = await createTlsWorld();
  server.offer(WSS);
  const front = await new TlsFront(network, GATEWAY, GOOD).listen(HTTPS_PORT);
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
  assert.equal(front.secured.length, 2, "one connection each conversation");
  assert.deepEqual(states.slice(2, 7), ["idle", "connecting", "listening", "speaking", "listening"]);
  assert.equal(device.stats.crashes, 0);
});

test("a version check over https", async () => {
  const { network, server, boot, listen } = await createTlsWorld({ config: { otaUrl: HTTPS_URL, sntp: "time.test" } });
  const front = await new TlsFront(network, WEB, GOOD).listen(HTTPS_PORT);
  await boot();
  assert.equal(front.secured.length, 1);
  assert.equal(server.otaRequests.length, 1);
  await listen();
});

const MQTT = { host: "mqtt.test", port: 1883 };
const MQTTS_PORT = { host: "mqtt.test", port: 8883 };
const MQTTS = credentials(makeCertificate({ name: "mqtt.test", issuer: AUTHORITY }), AUTHORITY);
const SNTP = { config: { sntp: "time.test" } };

for (const endpoint of ["mqtt.test:8883", "mqtt.test"]) {
  test(`MQTT over TLS at ${endpoint}: logged in at boot, and a conversation with its audio over UDP`, async () => {
    const { clock, network, web, server, device, boot, listen } = await createTlsMqttWorld(SNTP);
    web.ota = offer({ ...MQTT_SECTION, endpoint });
    const front = await new TlsFront(network, MQTT, MQTTS).listen(MQTTS_PORT);
    await boot();
    assert.equal(server.mqtt.logins.length, 1);
    await listen();
    await clock.advance(600);
    assert.ok(server.frames.length >= 8, `${server.frames.length} frames`);
    device.click();
    await clock.run(device.reached("idle"));
    assert.equal(front.secured.length, 1, "one connection for everything");
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
  await new TlsFront(network, MQTT, MQTTS).listen(MQTTS_PORT);
  await clock.advance(120_000);
  assert.deepEqual([server.mqtt.logins.length, web.upgrades.length], [1, 0]);
  await listen();
});

const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.UTC(2026, 0, 1);
const stranger = makeCertificate({ name: "stranger", isAuthority: true });
const between = makeCertificate({ name: "between", issuer: AUTHORITY, isAuthority: true });
const shown = (members: object, ...others: Parameters<typeof credentials>[1][]) =>
  credentials(makeCertificate({ name: "server.test", issuer: AUTHORITY, ...members }), ...others);

interface Fault {
  readonly what: string;
  readonly behaviour: TlsOptions | ((stream: Duplex) => void);
  /** What the log says; nothing when a peer just hangs up. */
  readonly logged: readonly RegExp[];
}

const REFUSED = /certificate refused host=server\.test reason=/;
const FAULTS: readonly Fault[] = [
  {
    what: "a certificate for another name",
    behaviour: shown({ name: "other.test" }, AUTHORITY),
    logged: [REFUSED, /is for .*other\.test/],
  },
  {
    what: "a certificate that has expired",
    behaviour: shown({ to: new Date(NOW - DAY) }, AUTHORITY),
    logged: [REFUSED, /has expired/],
  },
  {
    what: "a certificate that is not valid yet",
    behaviour: shown({ from: new Date(NOW + 300 * DAY) }, AUTHORITY),
    logged: [REFUSED, /not valid yet/],
  },
  {
    what: "a certificate that signed itself",
    behaviour: shown({ issuer: undefined }),
    logged: [REFUSED, /authority is not known/],
  },
  {
    what: "an authority that nobody knows",
    behaviour: shown({ issuer: stranger }, stranger),
    logged: [REFUSED, /authority is not known/],
  },
  {
    what: "the server's certificate without the one between",
    behaviour: shown({ issuer: between }),
    logged: [REFUSED, /between is missing/],
  },
  {
    what: "a certificate that its neighbour did not sign",
    behaviour: shown({ issuer: undefined }, between, AUTHORITY),
    logged: [REFUSED, /do not follow/],
  },
  {
    what: "another version of TLS",
    behaviour: { ...GOOD, minVersion: "TLSv1.3" },
    logged: [/peer broke the protocol host=server\.test reason=.*version/],
  },
  { what: "plain text", behaviour: (stream) => stream.end("HTTP/1.1 400 Bad Request\r\n\r\n"), logged: [] },
  { what: "an end within the handshake", behaviour: (stream) => stream.once("data", () => stream.end()), logged: [] },
  { what: "no answer at all", behaviour: () => {}, logged: [] },
];

for (const { what, behaviour, logged } of FAULTS) {
  test(`a server with ${what}: the user is told, nothing was sent, and the next connection works`, async () => {
    const { clock, network, server, device, lines, boot, listen } = await createTlsWorld();
    server.offer(WSS);
    const front = await new TlsFront(network, GATEWAY, behaviour).listen(HTTPS_PORT);
    await boot();
    const before = clock.now();
    device.click();
    await clock.run(device.reached("connecting"));
    await clock.run(device.reached("idle"));
    assert.ok(clock.now() - before <= 10_200, `${clock.now() - before} ms`);
    assert.ok(lines.some((line) => line.includes("alert") && line.includes("Unable to connect")));
    for (const pattern of logged)
      assert.ok(
        lines.some((line) => pattern.test(line)),
        `${pattern}: ${lines.join("\n")}`,
      );
    assert.equal(server.upgrades.length, 0);
    front.behaviour = GOOD;
    await clock.advance(500);
    await listen();
    assert.equal(device.stats.crashes, 0);
  });
}

test("a version check over https with the clock unset: refused with the reason, and tried again until it is set", async () => {
  const { clock, network, device, lines } = await createTlsWorld({ config: { otaUrl: HTTPS_URL } });
  const front = await new TlsFront(network, WEB, GOOD).listen(HTTPS_PORT);
  device.start();
  await clock.advance(15_000);
  assert.ok(lines.some((line) => /certificate refused .*not valid yet: is the clock set\?/.test(line)));
  assert.equal(lines.filter((line) => line.includes("version check failed")).length, 2);
  assert.equal(device.stats.crashes, 0);
  assert.equal(device.state, "activating");
  assert.equal(front.secured.length, 2, "the server itself had no objection");
});

test("a device without the file that it is told to trust says so and trusts the public authorities", async () => {
  const { clock, network, server, device, lines, boot } = await createTlsWorld({
    config: { caCertificate: "gone.der" },
  });
  server.offer(WSS);
  await new TlsFront(network, GATEWAY, GOOD).listen(HTTPS_PORT);
  await boot();
  assert.ok(lines.some((line) => line.includes("certificate not found in the firmware") && line.includes("gone.der")));
  device.click();
  await clock.run(device.reached("connecting"));
  await clock.run(device.reached("idle"));
  assert.ok(lines.some((line) => /authority is not known/.test(line)));
});

test("what breaks TLS in the middle of a conversation ends it, also behind records that are read late", async () => {
  for (const count of [0, 1, 3]) {
    const { clock, network, server, device, lines, boot, listen } = await createTlsWorld({}, { delayMs: 5 });
    server.offer(WSS);
    const front = await new TlsFront(network, GATEWAY, GOOD).listen(HTTPS_PORT);
    await boot();
    await listen();
    for (let index = 0; index < count; index++) front.secured[0]?.write(textFrame('{"type":"llm","emotion":"happy"}'));
    await new Promise(setImmediate);
    front.wires[0]?.write(Buffer.from("1703030004ffffffff", "hex"));
    await clock.run(device.reached("idle"));
    assert.ok(lines.some((line) => line.includes("peer broke the protocol host=server.test")));
    assert.equal(device.stats.crashes, 0);
    await clock.advance(500);
    await listen();
  }
});

test("a board brings its own authority: a file of its manifest, named by its configuration", async () => {
  const board = mkdtempSync(join(tmpdir(), "board-"));
  writeFileSync(join(board, "our-ca.der"), AUTHORITY.der);
  const include = [join(ROOT, "boards/simulator/manifest.json")];
  const config = { caCertificate: "our-ca.der" };
  writeFileSync(join(board, "manifest.json"), JSON.stringify({ include, data: { "*": ["./our-ca"] }, config }));
  const { network, server, boot, listen } = await createWorld({ board });
  rmSync(board, { recursive: true });
  server.offer(WSS);
  await new TlsFront(network, GATEWAY, GOOD).listen(HTTPS_PORT);
  await boot();
  await listen();
});
