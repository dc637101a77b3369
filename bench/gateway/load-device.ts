import type { Socket } from "node:dgram";
import { connect, type Socket as TcpSocket } from "node:net";
import { AudioCipher } from "../../host-server/gateway/mqtt/audio-cipher.ts";
import { MqttPackets, mqttPacket, mqttText, readPublish } from "../../host-server/gateway/outer-broker/wire.ts";
import { MqttCredentials } from "../../host-server/ota/mqtt-credentials.ts";
import { FRAME_BYTES, newFrame, RAW_KEY, readStamps, SIGNATURE_KEY, timeOfComputer } from "./frame.ts";

const PUBLISH = 3;
const HEADER_BYTES = 16;
/** One of so many frames is timed: the load must not need more of its core than the gateway of its own. */
const TIMED_OF = 8;

/** What the devices of one run measured, ms. */
export interface Measured {
  /** Whether what is sent now is counted. */
  isCounting: boolean;
  sent: number;
  came: number;
  readonly up: number[];
  readonly down: number[];
  /** How long after its time each frame was sent: what the load itself was late. */
  readonly late: number[];
}

/** A device that sends a frame whenever it is told to, and times what comes back. */
export class LoadDevice {
  readonly ssrc: number;
  /** ms from the first byte of the connection to the answered hello. */
  readonly helloMs: number;
  /** The gateway's port for its audio. */
  readonly audioPort: number;
  readonly #stream: TcpSocket | undefined;
  readonly #cipher: AudioCipher;
  readonly #nonce: Buffer;
  #sequence = 0;

  private constructor(stream: TcpSocket | undefined, hello: Record<string, unknown>, helloMs: number) {
    const { key, nonce, port } = hello["udp"] as { key: string; nonce: string; port: number };
    this.#stream = stream;
    this.#cipher = new AudioCipher(Buffer.from(key, "hex"));
    this.#nonce = Buffer.from(nonce, "hex");
    this.audioPort = port;
    this.ssrc = this.#nonce.readUInt32BE(4);
    this.helloMs = helloMs;
  }

  /** A device number `n` for a server without MQTT and with one key for all. */
  static without(port: number, n: number): LoadDevice {
    const nonce = Buffer.alloc(16);
    nonce[0] = 1;
    nonce.writeUInt32BE(n, 4);
    return new LoadDevice(undefined, { udp: { key: RAW_KEY, nonce: nonce.toString("hex"), port } }, 0);
  }

  /** Connects over MQTT, logs in as device number `n`, and opens a session. */
  static connect(port: number, n: number): Promise<LoadDevice> {
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
          if (message["type"] === "hello") resolve(new LoadDevice(stream, message, timeOfComputer() - from));
        }
      });
    });
  }

  /** Sends one frame through a socket that is connected to the gateway's port for audio. */
  sendFrame(udp: Socket, measured: Measured): void {
    this.#sequence++;
    const isTimed = measured.isCounting && this.#sequence % TIMED_OF === 0;
    const bytes = isTimed ? FRAME_BYTES.timed : measured.isCounting ? FRAME_BYTES.counted : FRAME_BYTES.warmUp;
    const datagram = Buffer.allocUnsafe(HEADER_BYTES + bytes);
    datagram.set(this.#nonce);
    datagram.writeUInt16BE(bytes, 2);
    datagram.writeUInt32BE(this.#sequence, 12);
    // What is not timed need not be encrypted: the gateway decrypts it all the same.
    const header = datagram.subarray(0, HEADER_BYTES);
    if (isTimed) datagram.set(this.#cipher.apply(header, newFrame()), HEADER_BYTES);
    udp.send(datagram);
    if (measured.isCounting) measured.sent++;
  }

  takeFrame(datagram: Buffer, measured: Measured): void {
    const bytes = datagram.byteLength - HEADER_BYTES;
    if (bytes === FRAME_BYTES.warmUp) return;
    measured.came++;
    if (bytes !== FRAME_BYTES.timed) return;
    const { sentAt, receivedAt } = readStamps(
      this.#cipher.apply(datagram.subarray(0, HEADER_BYTES), datagram.subarray(HEADER_BYTES)),
    );
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
