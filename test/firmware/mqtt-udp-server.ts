import { createCipheriv } from "node:crypto";
import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { DatagramSocket, Network } from "../../simulator/network.ts";
import { fromHex, UDP_KEY, UDP_NONCE } from "../protocol/vectors/udp.ts";
import { MqttServer } from "./mqtt-server.ts";
import { Trace } from "./trace.ts";

const HOST = "mqtt.test";
const UDP_HOST = "10.9.9.9";
const UDP_PORT = 8884;
const FRAME_MS = 60;

type Message = Record<string, unknown>;

/** Section `mqtt` of a version check. */
export const MQTT_SECTION = {
  endpoint: `${HOST}:1883`,
  client_id: "GID_test@@@02_00@@@uuid",
  username: "user",
  password: "secret",
  publish_topic: "device-server",
  subscribe_topic: "null",
};

export const UDP_HELLO = {
  type: "hello",
  version: 3,
  transport: "udp",
  session_id: "s1",
  audio_params: { format: "opus", sample_rate: 24000, channels: 1, frame_duration: FRAME_MS },
  udp: { server: UDP_HOST, port: UDP_PORT, encryption: "aes-128-ctr", key: UDP_KEY, nonce: UDP_NONCE },
};

function crypt(header: Uint8Array, payload: Uint8Array): Buffer {
  return createCipheriv("aes-128-ctr", fromHex(UDP_KEY), header).update(payload);
}

/** A server over MQTT and UDP that does exactly what a test tells it; the other half of `ScriptedServer`. */
export class MqttUdpServer {
  readonly mqtt = new MqttServer();
  /** Answer to the hello; undefined: none. */
  hello: Message | undefined = UDP_HELLO;
  readonly messages: Message[] = [];
  /** What went both ways over MQTT and UDP. */
  trace = new Trace();
  /** Decrypted audio, with the number of messages that came before each. */
  readonly frames: {
    readonly packet: Uint8Array;
    readonly after: number;
    readonly header: string;
    readonly timestamp: number;
  }[] = [];
  /** Number of the next packet to the device. */
  sequence = 1;
  readonly #clock: Clock;
  #socket: DatagramSocket | undefined;
  /** Where the device's packets came from. */
  device: { address: string; port: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async join(network: Network): Promise<void> {
    await this.mqtt.join(network, HOST, 1883);
    this.mqtt.onMessage = (text) => {
      this.trace.message("D", text);
      const message = JSON.parse(text) as Message;
      this.messages.push(message);
      if (message["type"] !== "hello" || !this.hello) return;
      this.sequence = 1;
      this.device = undefined;
      this.send(this.hello);
    };
    this.#socket = await network.bind(UDP_HOST, UDP_PORT, ({ data, address, port }) => {
      this.device = { address, port };
      const header = data.subarray(0, 16);
      const packet = crypt(header, data.subarray(16));
      this.trace.audio("D");
      this.frames.push({
        packet,
        after: this.messages.length,
        header: Buffer.from(header).toString("hex"),
        timestamp: Buffer.from(header).readUInt32BE(8),
      });
    });
  }

  send(message: Message): void {
    const text = JSON.stringify(message);
    this.trace.message("S", text);
    this.mqtt.publish("devices/p2p/02_00", text);
  }

  /** One packet to the device; `sequence` as told, or the next one. */
  sendBinary(payload: Uint8Array, sequence = this.sequence++, timestamp = 0): void {
    this.trace.audio("S");
    const header = Buffer.from(fromHex(UDP_NONCE));
    header.writeUInt32BE(timestamp, 8);
    header.writeUInt16BE(payload.byteLength, 2);
    header.writeUInt32BE(sequence >>> 0, 12);
    this.sendDatagram(Buffer.concat([header, crypt(header, payload)]));
  }

  /** The next packet, with the server's time. */
  sendFrame(packet: Uint8Array, timestamp = 0): void {
    this.sendBinary(packet, this.sequence++, timestamp);
  }

  /** As it is; nothing while the server does not know where the device is. */
  sendDatagram(bytes: Uint8Array): void {
    if (this.device) this.#socket?.send(bytes, this.device);
  }

  /** Sends frames at the pace of speech: five at once, then one each 60 ms. The result stops it. */
  speak(frames: readonly Uint8Array[]): Cancel {
    const cancels = frames.map((frame, index) =>
      this.#clock.schedule(Math.max(0, index - 4) * FRAME_MS, () => this.sendBinary(frame)),
    );
    return () => {
      for (const cancel of cancels) cancel();
    };
  }

  /** Types, and states where there are any, of what the device sent. */
  get log(): string[] {
    return this.messages.map(({ type, state, mode }) => [type, state, mode].filter((part) => part).join(" "));
  }
}
