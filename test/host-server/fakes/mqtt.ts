import { createCipheriv } from "node:crypto";
import type { Duplex } from "node:stream";
import type { Server } from "../../../host-server/server.ts";
import { isObject, type JsonObject } from "../../../protocol/json.ts";

/** One MQTT packet: its first byte, the type in that (first four bits), and its body. */
interface Packet {
  readonly first: number;
  readonly type: number;
  readonly body: Buffer;
}

export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
}

export function mqttPacket(first: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const digits: number[] = [];
  let rest = body.length;
  do {
    digits.push((rest & 127) | (rest > 127 ? 128 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([first, ...digits]), body]);
}

function takePacket(bytes: Buffer): { packet: Packet; rest: Buffer } | undefined {
  let length = 0;
  for (let at = 1; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    length += (byte & 127) << (7 * (at - 1));
    if (byte & 128) continue;
    const end = at + 1 + length;
    if (bytes.length < end) return undefined;
    const first = bytes[0] as number;
    const packet = { first, type: first >> 4, body: bytes.subarray(at + 1, end) };
    return { packet, rest: bytes.subarray(end) };
  }
  return undefined;
}

export interface Login {
  client_id: string;
  username?: string;
  password?: string;
  keepalive?: number;
  level?: number;
  /** Puts a will into the login. */
  will?: string;
}

/** A scripted MQTT device that knows no more of the protocol than it needs, and keeps what it gets. */
export class FakeMqttDevice {
  readonly stream: Duplex;
  /** Messages of the server, parsed. */
  readonly messages: JsonObject[] = [];
  /** Topics of those messages. */
  readonly topics: string[] = [];
  /** First bytes of all packets. */
  readonly firstBytes: number[] = [];
  /** Return codes of SUBACK. */
  readonly granted: number[] = [];
  connack: number | undefined;
  /** The first bit of CONNACK: the broker remembers an older connection. */
  isSessionPresent = false;
  pings = 0;
  isClosed = false;
  /** Answers the server's MCP requests; undefined: not. */
  answer: ((request: JsonObject) => unknown) | undefined;
  #waiting: Buffer = Buffer.alloc(0);

  constructor(stream: Duplex) {
    this.stream = stream;
    this.stream.on("error", () => {});
    this.stream.on("close", () => {
      this.isClosed = true;
    });
    this.stream.on("end", () => {
      this.isClosed = true;
    });
    this.stream.on("data", (data: Buffer) => {
      this.#waiting = Buffer.concat([this.#waiting, data]);
      for (let next = takePacket(this.#waiting); next; next = takePacket(this.#waiting)) {
        this.#waiting = next.rest;
        this.#receive(next.packet);
      }
    });
  }

  login({ client_id, username, password, keepalive = 240, level = 4, will }: Login): void {
    const flags = 2 | (username === undefined ? 0 : 128) | (password === undefined ? 0 : 64) | (will ? 4 : 0);
    // MQTT 5 has properties after the keepalive.
    const properties = level === 5 ? [0] : [];
    const head = Buffer.from([level, flags, keepalive >> 8, keepalive & 255, ...properties]);
    const fields = [client_id, ...(will ? [will, "gone"] : []), username, password];
    const rest = fields.filter((field) => field !== undefined).map(text);
    this.stream.write(mqttPacket(0x10, text(level === 3 ? "MQIsdp" : "MQTT"), head, ...rest));
  }

  send(message: object | string, topic = "device-server"): void {
    const payload = typeof message === "string" ? message : JSON.stringify(message);
    this.stream.write(mqttPacket(0x30, text(topic), Buffer.from(payload)));
  }

  subscribe(topic: string): void {
    this.stream.write(mqttPacket(0x82, Buffer.from([0, 1]), text(topic), Buffer.from([0])));
  }

  ping(): void {
    this.stream.write(mqttPacket(0xc0));
  }

  hello(version = 3): void {
    this.send({
      type: "hello",
      version,
      transport: "udp",
      features: {},
      audio_params: { format: "opus", sample_rate: 16000, channels: 1, frame_duration: 60 },
    });
  }

  /** Messages of one type. */
  of(type: string): JsonObject[] {
    return this.messages.filter((message) => message["type"] === type);
  }

  #receive({ first, type, body }: Packet): void {
    this.firstBytes.push(first);
    if (type === 2) {
      this.connack = body[1];
      this.isSessionPresent = body[0] === 1;
    } else if (type === 9) this.granted.push(body[2] as number);
    else if (type === 13) this.pings++;
    else if (type === 3) {
      const end = 2 + body.readUInt16BE(0);
      const message = JSON.parse(body.toString("utf8", end)) as JsonObject;
      this.topics.push(body.toString("utf8", 2, end));
      this.messages.push(message);
      if (isObject(message["payload"])) this.#answer(message["payload"]);
    }
  }

  #answer(request: JsonObject): void {
    if (request["id"] === undefined || !this.answer) return;
    const result = this.answer(request);
    if (result !== undefined) {
      this.send({ type: "mcp", payload: { jsonrpc: "2.0", id: request["id"], result } });
    }
  }
}

/** The UDP side of a device: knows the key of its session's hello. */
export class FakeAudioSocket {
  /** Opus packets of the server, decrypted, and their headers. */
  readonly received: { readonly sequence: number; readonly timestamp: number; readonly audio: Buffer }[] = [];
  readonly #receive: (datagram: Uint8Array, from: { address: string; port: number }) => void;
  readonly #hello: { key: Buffer; nonce: Buffer };
  sequence = 1;
  /** What the next packets carry as their time. */
  timestamp = 0;
  /** Where this end is; a test may move it. */
  from = { address: "10.0.0.9", port: 40_000 };

  constructor(server: Pick<Server, "join">, hello: JsonObject) {
    const { key, nonce } = hello["udp"] as { key: string; nonce: string };
    this.#hello = { key: Buffer.from(key, "hex"), nonce: Buffer.from(nonce, "hex") };
    this.#receive = server.join((datagram, port, address) => {
      if (port === this.from.port && address === this.from.address) this.#take(Buffer.from(datagram));
    });
  }

  /** One packet; numbered as told, or next. */
  send(audio: Uint8Array, sequence = this.sequence++, from = this.from): void {
    const header = Buffer.from(this.#hello.nonce);
    header.writeUInt16BE(audio.byteLength, 2);
    header.writeUInt32BE(this.timestamp, 8);
    header.writeUInt32BE(sequence >>> 0, 12);
    this.sendRaw(Buffer.concat([header, this.#crypt(header, audio)]), from);
  }

  sendRaw(datagram: Uint8Array, from = this.from): void {
    this.#receive(datagram, from);
  }

  #take(datagram: Buffer): void {
    const header = datagram.subarray(0, 16);
    const audio = this.#crypt(header, datagram.subarray(16));
    this.received.push({ sequence: header.readUInt32BE(12), timestamp: header.readUInt32BE(8), audio });
  }

  #crypt(header: Uint8Array, bytes: Uint8Array): Buffer {
    return createCipheriv("aes-128-ctr", this.#hello.key, header).update(bytes);
  }
}
