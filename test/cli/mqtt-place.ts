import { createHash } from "node:crypto";
import { OTA_PATH } from "../../protocol/ota.ts";
import { VirtualDevice } from "../../simulator/device.ts";
import { MemoryNetwork } from "../../simulator/memory-network.ts";
import { fetchFrom } from "../host-server/fakes/http.ts";
import type { Script } from "../host-server/fakes/stages.ts";
import { createWorld } from "../host-server/fakes/world.ts";

const HOST = "server.place";
const KEY = "AbcdefghKEY";

/** A server with scripted stages that devices with the project's firmware reach over MQTT and UDP, on virtual time. */
export async function createMqttPlace(script: Script = {}, env: Record<string, string> = {}) {
  const world = createWorld(script, {
    XIAOZHI_SERVER_MQTT_GATEWAY: `${HOST}:1883`,
    XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: KEY,
    ...env,
  });
  const { clock, server } = world;
  const network = new MemoryNetwork({ clock, delayMs: 8 });
  await network.listen(HOST, 8002, (stream) => server.accept("http", stream));
  await network.listen(HOST, 1883, (stream) => server.accept("mqtt", stream));
  const receive = server.join((data, port, address) => audio.send(data, { port, address }));
  const audio = await network.bind(HOST, 8884, ({ data, ...from }) => receive(data, from));
  const devices: VirtualDevice[] = [];
  /** A device that has started, and rests. */
  const addDevice = async () => {
    const config = { otaUrl: `http://${HOST}:8002${OTA_PATH}` };
    const device = new VirtualDevice({ clock, network, config, seed: devices.length + 1 });
    devices.push(device);
    device.start();
    await clock.run(device.reached("idle"));
    await clock.advance(500);
    return device;
  };
  /** Asks the management API. */
  const post = async (path: string, body: object) => {
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    const authorization = `Bearer ${createHash("sha256").update(`${day}${KEY}`).digest("hex")}`;
    const request = { method: "POST", headers: { authorization }, body: JSON.stringify(body) };
    const { text } = await clock.run(fetchFrom(server, "api", path, request));
    return JSON.parse(text);
  };
  const stop = async () => {
    for (const device of devices) device.close();
    await clock.run(server.stop());
  };
  return { ...world, network, addDevice, post, stop };
}
