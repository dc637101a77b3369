import type { ServerOptions } from "../../../host-server/server.ts";
import { OTA_PATH } from "../../../protocol/ota.ts";
import { fetchFrom, streamTo } from "./http.ts";
import { FakeAudioSocket, FakeMqttDevice, type Login } from "./mqtt.ts";
import type { Script } from "./stages.ts";
import { createWorld } from "./world.ts";

const ENV = { XIAOZHI_SERVER_MQTT_GATEWAY: "gateway.test:1883", XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: "AbcdefghKEY" };

export const MAC = "11:22:33:44:55:66";

/** A server with scripted stages whose version check hands out MQTT. */
export function createMqttWorld(
  script: Script = {},
  env: Record<string, string> = {},
  more: Partial<ServerOptions> = {},
) {
  const world = createWorld(script, { ...ENV, ...env }, "data", more);
  const { server, clock } = world;
  /** What the version check tells a device. */
  const section = async (mac = MAC): Promise<Login> => {
    const headers = { "Device-Id": mac, "Client-Id": "uuid", "Device-Model": "esp box" };
    const { text } = await fetchFrom(server, "http", OTA_PATH, { method: "POST", headers, body: "{}" });
    return JSON.parse(text).mqtt;
  };
  /** A connection that has not logged in. */
  const dial = () => new FakeMqttDevice(streamTo(server, "mqtt"));
  const login = async (changes: Partial<Login> = {}, mac = MAC) => {
    const device = dial();
    device.login({ ...(await section(mac)), ...changes });
    await clock.advance(20);
    return device;
  };
  /** A device in a session, and its audio. */
  const converse = async (changes: Partial<Login> = {}) => {
    const device = await login(changes);
    device.hello();
    await clock.advance(20);
    const [hello] = device.of("hello");
    if (!hello) throw new Error("the server did not answer the hello");
    return { device, hello, id: String(hello["session_id"]), audio: new FakeAudioSocket(server, hello) };
  };
  const stop = () => clock.run(server.stop());
  return { ...world, section, dial, login, converse, stop };
}
