import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeCertificate } from "../../host-server/certificate/certificate.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { MqttCredentials } from "../../host-server/ota/mqtt-credentials.ts";
import { createServer } from "../../host-server/server.ts";
import { converse } from "../../simulator/conversation.ts";
import { AUTHORITY, createTlsWorld } from "../firmware/tls-world.ts";
import { scriptedStages, tone } from "../host-server/fakes/stages.ts";
import { fakeProviders } from "../host-server/fakes/world.ts";

const KEY = "AbcdefghKEY";
const AUDIO_HOST = "10.9.9.9";

const folder = mkdtempSync(join(tmpdir(), "mqtts-"));
after(() => rmSync(folder, { recursive: true }));

function createTlsServer(clock: Parameters<typeof scriptedStages>[1]) {
  const { pem, key } = makeCertificate({ name: "gateway.test", issuer: AUTHORITY });
  writeFileSync(join(folder, "cert.pem"), pem + AUTHORITY.pem);
  writeFileSync(join(folder, "key.pem"), key.export({ type: "pkcs8", format: "pem" }));
  const env = {
    XIAOZHI_SERVER_MQTT_GATEWAY: "gateway.test:8883",
    XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: KEY,
    XIAOZHI_SERVER_UDP_GATEWAY: AUDIO_HOST,
    XIAOZHI_GATEWAY_TLS_CERT: join(folder, "cert.pem"),
    XIAOZHI_GATEWAY_TLS_KEY: join(folder, "key.pem"),
  };
  const { config } = loadConfig({ path: "", env, providers: fakeProviders });
  const stages = scriptedStages({ heard: ["hello there"] }, clock);
  return createServer({ config, clock, log: createLog({ level: "silent" }), providers: stages });
}

test("a turn of the firmware with MQTT over TLS and audio over UDP", async () => {
  const { clock, network, server: web, device, boot } = await createTlsWorld({}, { delayMs: 5 });
  const server = createTlsServer(clock);
  const turns: string[] = [];
  server.onTurn(({ heard }) => turns.push(heard));
  await network.listen("gateway.test", 8883, (stream) => server.accept("mqtts", stream));
  const receive = server.join((data, port, address) => audio.send(data, { port, address }));
  const audio = await network.bind(AUDIO_HOST, 8884, ({ data, ...from }) => receive(data, from));
  const { clientId, ...login } = new MqttCredentials(KEY).loginFor(device.mac.toLowerCase(), "simulator");
  const mqtt = { endpoint: "gateway.test:8883", client_id: clientId, publish_topic: "device-server", ...login };
  // A certificate can only be judged by a device that knows the time.
  web.ota = { status: 200, body: JSON.stringify({ mqtt, server_time: { timestamp: clock.now() } }) };
  await boot();
  await clock.advance(500);
  const pcm = Int16Array.from([...tone(8_000, 16_000), ...new Int16Array(16_000)]);
  const { audibleMs } = await clock.run(converse(device, { pcm, sampleRate: 16_000 }));
  assert.deepEqual(turns, ["hello there"]);
  assert.ok(audibleMs > 0);
  assert.equal(device.stats.crashes, 0);
  device.close();
  await clock.run(server.stop());
});
