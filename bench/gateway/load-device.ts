import type { Socket } from "node:dgram";
import { connect, type Socket as TcpSocket } from "node:net";
import { AudioCipher } from "../../host-server/gateway/mqtt/audio-cipher.ts";
import { MqttPackets, mqttPacket, mqttText, readPublish } from "../../host-server/gateway/outer-broker/wire.ts";
import { MqttCredentials } from "../../host-server/ota/mqtt-credentials.ts";
import { newFrame, RAW_KEY, readStamps, SIGNATURE_KEY, timeOfComputer } from "./frame.ts";

const PUBLISH = 3;

/** What the devices of one run measured, ms. */
export interface Measured {
  /** Frames that left before do not count, ms since the epoch. */
  readonly since: number;
  sent: number;
  readonly up: number[];
  readonly down: number[];
}

/** A device that sends a frame whenever it is told to, and times what comes back. */
export class LoadDevice {
  readonly ssrc: number;
  /** ms from the first byte of the connection to the answered hello. */
  readonly helloMs: number;
  readonly #stream: TcpSocket | undefined;
  readonly #udp: Socket;
  readonly #cipher: AudioCipher;
  readonly #nonce: Buffer;
  readonly #port: number;
  #sequence = 0;

  private constructor(stream: TcpSocket | undefined, udp: Socket, hello: Record<string, unknown>, helloMs: number) {
    const { key, nonce, port } = hello["udp"] as { key: string; nonce: string; port: number };
    this.#stream = stream;
    this.#udp = udp;
    this.#cipher = new AudioCipher(Buffer.from(key, "hex"));
    this.#nonce = Buffer.from(nonce, "hex");
    this.#port = port;
    this.ssrc = this.#nonce.readUInt32BE(4);
    this.helloMs = helloMs;
  }

  /** A device number `n` for a server without MQTT and with one key for all. */
  static without(port: number, udp: Socket, n: number): LoadDevice {
    const nonce = Buffer.alloc(16);
    nonce[0] = 1;
    nonce.writeUInt32BE(n, 4);
    return new LoadDevice(undefined, udp, { udp: { key: RAW_KEY, nonce: nonce.toString("hex"), port } }, 0);
  }

  /** Connects over MQTT, logs in as device number `n`, and opens a session. */
  static connect(port: number, udp: Socket, n: number): Promise<LoadDevice> {
    const from = timeOfComputer();
    const stream = connect({ port, host: "127.0.0.1", noDelay: true });
    stream.write(login(n));
    stream.write(
      mqttPacket(0x30, mqttText("device-server"), Buffer.from('{"type":"hello","version":3,"transport":"udp"}')),
    );
    const packets = new MqttPackets();
    return new Promise((resolve, reject) => {
      stream.on("error", reject);
      stream.on("close", () => reject(new Error("the gateway closed the connection")));
      stream.on("data", (data) => {
        for (const { type, body } of packets.accept(data)) {
          const message = type === PUBLISH ? JSON.parse(readPublish(body).payload) : {};
          if (message["type"] === "hello") resolve(new LoadDevice(stream, udp, message, timeOfComputer() - from));
        }
      });
    });
  }

  sendFrame(measured: Measured): void {
    const audio = newFrame();
    const header = Buffer.from(this.#nonce);
    header.writeUInt16BE(audio.byteLength, 2);
    header.writeUInt32BE(++this.#sequence, 12);
    this.#udp.send(Buffer.concat([header, this.#cipher.apply(header, audio)]), this.#port, "127.0.0.1");
    measured.sent++;
  }

  takeFrame(datagram: Buffer, measured: Measured): void {
    const audio = this.#cipher.apply(datagram.subarray(0, 16), datagram.subarray(16));
    const { sentAt, receivedAt } = readStamps(audio);
    if (sentAt < measured.since) return;
    measured.up.push(receivedAt - sentAt);
    measured.down.push(timeOfComputer() - receivedAt);
  }

  close(): void {
    this.#stream?.removeAllListeners();
    this.#stream?.on("error", () => {});
    this.#stream?.destroy();
  }
}

function login(n: number): Buffer {
  const mac = `02:00:00:00:${hex(n >> 8)}:${hex(n & 0xff)}`;
  const { clientId, username, password } = new MqttCredentials(SIGNATURE_KEY).loginFor(mac, "bench");
  const head = Buffer.from([4, 0xc2, 0, 240]);
  return mqttPacket(0x10, mqttText("MQTT"), head, ...[clientId, username, password].map(mqttText));
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
