import { type Duplex, duplexPair } from "node:stream";
import type { Clock } from "../../protocol/clock.ts";
import { UDP_HELLO_VERSION } from "../../protocol/udp-session.ts";
import type { Log } from "../log.ts";
import type { DeviceLink } from "../session/link.ts";
import { AudioPort } from "./mqtt/audio-port.ts";
import type { BrokerLogin } from "./mqtt/broker-connection.ts";
import { MqttGateway } from "./mqtt/gateway.ts";
import { mqttPacket, mqttText } from "./outer-broker/wire.ts";

/** So many logins, one after the other: the first one costs twenty times as much as the others, the next ones twice. */
const LOGINS = 20;
const CONNECT = 0x10;
const PUBLISH = 0x30;
const HELLO = JSON.stringify({ type: "hello", version: UDP_HELLO_VERSION, transport: "udp" });

export interface WarmUpOptions {
  readonly clock: Clock;
  /** Should be silent. */
  readonly log: Log;
  readonly login: BrokerLogin;
  readonly isGenuine: (login: BrokerLogin) => boolean;
}

/**
 * Has an imaginary device log in and say hello to a gateway of its own, so that what a login needs is loaded and compiled
 * when the first real one comes.
 */
export async function warmUp({ clock, log, login, isGenuine }: WarmUpOptions): Promise<void> {
  const gateway = new MqttGateway({
    clock,
    log,
    audio: new AudioPort(clock),
    limits: { packetBytes: 65_536, packetsPerSecond: 50, connectionsPerAddress: 0 },
    isAllowed: (_id, given) => isGenuine(given),
    audioAddress: () => ({ host: "", port: 0 }),
    onLink: answer,
  });
  for (let count = 0; count < LOGINS; count++) await logIn(gateway, login);
  await gateway.close();
}

function answer(link: DeviceLink): void {
  const { transport, greeting } = link;
  link.attach({
    sessionId: "warm-up",
    onText: () => link.sendText(JSON.stringify({ type: "hello", transport, session_id: "warm-up", ...greeting })),
    onAudio: () => {},
    onClose: () => {},
  });
}

/** Resolves when the hello was answered, or the login refused. */
async function logIn(gateway: MqttGateway, { clientId, username, password }: BrokerLogin): Promise<void> {
  const [device, theirs] = duplexPair();
  gateway.accept(theirs);
  device.write(
    mqttPacket(CONNECT, mqttText("MQTT"), Buffer.of(4, 0xc2, 0, 60), ...[clientId, username, password].map(mqttText)),
  );
  device.write(mqttPacket(PUBLISH, mqttText("device-server"), Buffer.from(HELLO)));
  await answered(device);
  device.destroy();
  theirs.destroy();
}

function answered(device: Duplex): Promise<void> {
  return new Promise((resolve) => {
    device.on("error", () => {});
    device.once("close", resolve);
    device.on("data", (bytes: Buffer) => {
      if (bytes.includes("warm-up")) resolve();
    });
  });
}
