import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { systemClock } from "../../../../host-server/clock.ts";
import { loadConfig } from "../../../../host-server/config/load.ts";
import { createLog } from "../../../../host-server/log.ts";
import { MqttService } from "../../../../host-server/mqtt-service.ts";
import { MqttCredentials } from "../../../../host-server/ota/mqtt-credentials.ts";
import type { DeviceLink } from "../../../../host-server/session/link.ts";
import { FakeAudioSocket, FakeMqttDevice } from "../../fakes/mqtt.ts";
import { fakeProviders } from "../../fakes/world.ts";

const KEY = "AbcdefghKEY";
const ANY_PORTS = Object.fromEntries(["PORT", "UDP_PORT", "API_PORT"].map((name) => [`XIAOZHI_GATEWAY_${name}`, "0"]));

/** Sends back what it hears. */
function echo(link: DeviceLink): void {
  link.attach({
    sessionId: "s1",
    onText: () =>
      link.sendText(JSON.stringify({ type: "hello", transport: "udp", session_id: "s1", ...link.greeting })),
    onAudio: (packet) => link.sendAudio(packet),
    onClose: () => {},
  });
}

for (const [host, type, workers] of [
  ["::1", "udp6", 0],
  ["127.0.0.1", "udp4", 0],
  ["::1", "udp6", 2],
  ["127.0.0.1", "udp4", 2],
] as const) {
  test(`a gateway on all addresses with ${workers} workers serves a device at ${host}: messages and audio both ways`, async () => {
    const env = {
      XIAOZHI_SERVER_IP: "::",
      XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: KEY,
      XIAOZHI_GATEWAY_WORKERS: String(workers),
      ...ANY_PORTS,
    };
    const { config } = loadConfig({ path: "", env, providers: fakeProviders });
    const log = createLog({ level: "silent" });
    const service = new MqttService({ config, clock: systemClock, log, dataDirectory: "", onLink: echo });
    await service.start();
    const device = new FakeMqttDevice(connect(service.ports.mqtt, host));
    const { clientId, username, password } = new MqttCredentials(KEY).loginFor("11:22:33:44:55:66", "box");
    device.login({ client_id: clientId, username, password });
    while (device.connack === undefined) await once(device.stream, "data");
    device.hello();
    while (device.of("hello").length === 0) await once(device.stream, "data");
    const hello = device.of("hello")[0] ?? {};
    const { server: address, port } = hello["udp"] as { server: string; port: number };
    assert.deepEqual([address, port], [host, service.ports.audio]);
    const socket = createSocket(type);
    const join = (send: (datagram: Uint8Array, port: number, address: string) => void) => {
      socket.on("message", (data) => send(data, 40_000, "10.0.0.9"));
      return (datagram: Uint8Array) => socket.send(datagram, port, address);
    };
    const audio = new FakeAudioSocket({ join }, hello);
    audio.send(Uint8Array.of(0x58, 1, 2));
    await once(socket, "message");
    assert.deepEqual(audio.received[0]?.audio, Buffer.of(0x58, 1, 2));
    socket.close();
    device.stream.destroy();
    await service.stop();
  });
}
