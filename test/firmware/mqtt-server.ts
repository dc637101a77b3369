import type { Duplex } from "node:stream";
import type { Network } from "../../simulator/network.ts";

/** One packet of MQTT 3.1.1: the first byte and what follows the length. */
interface Packet {
  readonly first: number;
  readonly body: Buffer;
}

function remainingLength(length: number): number[] {
  return length < 128 ? [length] : [(length & 0x7f) | 0x80, ...remainingLength(length >> 7)];
}

export function mqttPacket(first: number, body: Uint8Array): Buffer {
  return Buffer.concat([Uint8Array.from([first, ...remainingLength(body.length)]), body]);
}

/** The text at `at` with its length in front, and where the next one begins. */
function textAt(body: Buffer, at: number): [string, number] {
  const end = at + 2 + body.readUInt16BE(at);
  return [body.toString("utf8", at + 2, end), end];
}

/** Takes one packet from the front of `bytes`; undefined while it is not complete. */
function takePacket(bytes: Buffer): { packet: Packet; rest: Buffer } | undefined {
  let length = 0;
  for (let at = 1; at < Math.min(5, bytes.length); at++) {
    const digit = bytes[at] as number;
    length += (digit & 0x7f) << (7 * (at - 1));
    if (digit & 0x80) continue;
    const end = at + 1 + length;
    if (bytes.length < end) return undefined;
    return { packet: { first: bytes[0] as number, body: bytes.subarray(at + 1, end) }, rest: bytes.subarray(end) };
  }
  return undefined;
}

export interface MqttLogin {
  readonly protocol: string;
  readonly level: number;
  readonly flags: number;
  readonly keepAliveSeconds: number;
  readonly texts: readonly string[];
}

/** The server's side of MQTT for one device, as far as devices use it; remembers what it got. */
export class MqttServer {
  readonly logins: MqttLogin[] = [];
  readonly subscriptions: string[] = [];
  readonly published: {
    readonly topic: string;
    readonly text: string;
    readonly qos: number;
    readonly retain: boolean;
  }[] = [];
  pings = 0;
  answersPings = true;
  /** 0 accepts a login. */
  returnCode = 0;
  onMessage: (text: string) => void = () => {};
  #stream: Duplex | undefined;

  async join(network: Network, host: string, port: number): Promise<void> {
    await network.listen(host, port, (stream) => this.#serve(stream));
  }

  get isConnected(): boolean {
    return this.#stream !== undefined;
  }

  #serve(stream: Duplex): void {
    let waiting: Buffer = Buffer.alloc(0);
    stream.on("error", () => {});
    stream.on("close", () => {
      if (this.#stream === stream) this.#stream = undefined;
    });
    stream.on("data", (data: Buffer) => {
      waiting = Buffer.concat([waiting, data]);
      for (let next = takePacket(waiting); next; next = takePacket(waiting)) {
        waiting = next.rest;
        this.#receive(stream, next.packet);
      }
    });
  }

  #receive(stream: Duplex, { first, body }: Packet): void {
    switch (first >> 4) {
      case 1:
        return this.#login(stream, body);
      case 3: {
        const [topic, at] = textAt(body, 0);
        const text = body.toString("utf8", at);
        this.published.push({ topic, text, qos: (first >> 1) & 3, retain: (first & 1) === 1 });
        return this.onMessage(text);
      }
      case 8: {
        this.subscriptions.push(textAt(body, 2)[0]);
        stream.write(mqttPacket(0x90, Uint8Array.from([body[0] as number, body[1] as number, 0])));
        return;
      }
      case 12:
        this.pings++;
        if (this.answersPings) stream.write(mqttPacket(0xd0, new Uint8Array(0)));
    }
  }

  #login(stream: Duplex, body: Buffer): void {
    const [protocol, at] = textAt(body, 0);
    const texts: string[] = [];
    for (let from = at + 4; from < body.length; ) {
      const [text, end] = textAt(body, from);
      texts.push(text);
      from = end;
    }
    const [level = 0, flags = 0] = body.subarray(at);
    this.logins.push({ protocol, level, flags, keepAliveSeconds: body.readUInt16BE(at + 2), texts });
    stream.write(mqttPacket(0x20, Uint8Array.from([0, this.returnCode])));
    if (this.returnCode === 0) this.#stream = stream;
  }

  /** Pushes a message to the device, which need not have subscribed. */
  publish(topic: string, text: string): void {
    const name = Buffer.from(topic);
    this.sendRaw(
      mqttPacket(0x30, Buffer.concat([Uint8Array.from([name.length >> 8, name.length]), name, Buffer.from(text)])),
    );
  }

  sendRaw(bytes: Uint8Array): void {
    if (!this.#stream) throw new Error("no device is connected over MQTT");
    this.#stream.write(bytes);
  }

  drop(): void {
    this.#stream?.destroy();
    this.#stream = undefined;
  }
}
