import { connect, type Socket } from "node:net";
import { AudioCipher } from "../../../host-server/gateway/mqtt/audio-cipher.ts";
import {
  MqttPackets,
  mqttPacket,
  mqttText,
  PACKET,
  readPublish,
} from "../../../host-server/gateway/outer-broker/wire.ts";
import type { AudioSocket } from "./audio-socket.ts";
import { helloOf, type LightAddress, type LightEvents, type LightLink, readMessage } from "./link.ts";

const ANSWER_MS = 15_000;
const HEADER_BYTES = 16;
const KEEPALIVE_SECONDS = 240;
/** First bytes of packets that a client sends: MQTT 3.1.1, 2.2. */
const CONNECT = 0x10;
const PUBLISH = 0x30;
const PINGREQ = 0xc0;
/** User name, password, clean session (3.1.2.3). */
const CONNECT_FLAGS = 0xc2;

/** A light device's MQTT connection: it stays, also between conversations, as a device's does. */
export class MqttLine {
  readonly #address: LightAddress;
  readonly #socket: Socket;
  readonly #topic: string;
  readonly #audio: AudioSocket;
  #events: LightEvents | undefined;
  #onHello: (message: Readonly<Record<string, unknown>>) => void = () => {};
  isOpen = true;

  private constructor(address: LightAddress, socket: Socket, topic: string, audio: AudioSocket) {
    this.#address = address;
    this.#socket = socket;
    this.#topic = topic;
    this.#audio = audio;
    const ping = setInterval(() => socket.write(Buffer.from([PINGREQ, 0])), (KEEPALIVE_SECONDS * 1000) / 2);
    socket.on("close", () => {
      clearInterval(ping);
      this.isOpen = false;
      this.#events?.onClose();
    });
  }

  /** Logs in. Rejects when the broker refuses. */
  static open(address: LightAddress, audio: AudioSocket): Promise<MqttLine> {
    const { mqtt = {}, mac } = address;
    const text = (key: string) => String(mqtt[key] ?? "");
    const [host = "", port = "1883"] = text("endpoint").split(":");
    const socket = connect({ host, port: Number(port), noDelay: true });
    const login = [text("client_id"), text("username"), text("password")].map(mqttText);
    const head = Buffer.from([4, CONNECT_FLAGS, KEEPALIVE_SECONDS >> 8, KEEPALIVE_SECONDS & 0xff]);
    socket.write(mqttPacket(CONNECT, mqttText("MQTT"), head, ...login));
    return new Promise((resolve, reject) => {
      socket.setTimeout(ANSWER_MS, () => socket.destroy());
      socket.on("error", () => {
        // The end follows.
      });
      socket.on("close", () => reject(new Error(`${mac}: the broker ended the connection`)));
      const packets = new MqttPackets();
      let line: MqttLine | undefined;
      socket.on("data", (data) => {
        for (const { type, body } of packets.accept(data)) {
          if (type === PACKET.publish && line) line.#take(readMessage(readPublish(body).payload));
          if (type !== PACKET.connack || line) continue;
          if (body[1] !== 0) socket.destroy();
          else {
            socket.setTimeout(0);
            line = new MqttLine(address, socket, text("publish_topic") || "device-server", audio);
            resolve(line);
          }
        }
      });
    });
  }

  /** Opens a session: says hello, and gets a key for its audio. Rejects when nobody answers. */
  converse(events: LightEvents): Promise<LightLink> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.#address.mac}: hello was not answered`)), ANSWER_MS);
      this.#events = {
        ...events,
        onMessage: (message) => events.onMessage(message),
        onAudio: () => events.onAudio(),
        onClose: () => {
          clearTimeout(timer);
          reject(new Error(`${this.#address.mac}: the connection ended`));
          events.onClose();
        },
      };
      this.#onHello = (message) => {
        clearTimeout(timer);
        resolve(this.#linkFor(message, events));
      };
      this.send(helloOf("udp"));
    });
  }

  send(message: object): void {
    if (this.isOpen)
      this.#socket.write(mqttPacket(PUBLISH, mqttText(this.#topic), Buffer.from(JSON.stringify(message))));
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(message: Readonly<Record<string, unknown>>): void {
    if (message["type"] === "hello") this.#onHello(message);
    else if (message["type"] === "goodbye") this.#events?.onClose();
    else this.#events?.onMessage(message);
  }

  #linkFor(hello: Readonly<Record<string, unknown>>, events: LightEvents): LightLink {
    const { server, port, key, nonce } = hello["udp"] as Record<string, string>;
    const sessionId = hello["session_id"];
    const cipher = new AudioCipher(Buffer.from(String(key), "hex"));
    const head = Buffer.from(String(nonce), "hex");
    const leave = this.#audio.join(head.readUInt32BE(4), () => events.onAudio());
    let sequence = 0;
    return {
      send: (message) => this.send({ ...message, session_id: sessionId }),
      sendAudio: (packet) => {
        const datagram = Buffer.allocUnsafe(HEADER_BYTES + packet.length);
        datagram.set(head);
        datagram.writeUInt16BE(packet.length, 2);
        datagram.writeUInt32BE(++sequence, 12);
        cipher.seal(datagram, packet);
        this.#audio.send(datagram, Number(port), String(server));
      },
      close: () => {
        leave();
        this.#events = undefined;
        this.send({ type: "goodbye", session_id: sessionId });
      },
    };
  }
}
