/** As much of MQTT 3.1.1 as a client with QoS 0 needs. */
export const PACKET = { connack: 2, publish: 3, suback: 9, pingresp: 13 } as const;

const LENGTH_BITS = 7;
/** Digits of a packet's length (2.2.3). */
const MAX_LENGTH_DIGITS = 4;

export interface MqttPacket {
  /** First four bits. */
  readonly type: number;
  readonly body: Buffer;
}

/** A text with its length in front. */
export function mqttText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** A packet from its first byte and the parts of its body. */
export function mqttPacket(first: number, ...parts: readonly Uint8Array[]): Buffer {
  const length: number[] = [];
  let rest = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  do {
    const digit = rest & 0x7f;
    rest >>= LENGTH_BITS;
    length.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  return Buffer.concat([Buffer.from([first, ...length]), ...parts]);
}

/** Topic and payload of a PUBLISH packet's body, sent with QoS 0. */
export function readPublish(body: Buffer): { readonly topic: string; readonly payload: string } {
  const end = 2 + body.readUInt16BE(0);
  return { topic: body.toString("utf8", 2, end), payload: body.toString("utf8", end) };
}

/** Cuts a stream into packets. */
export class MqttPackets {
  #waiting: Buffer = Buffer.alloc(0);

  /** @throws RangeError for a length of five digits */
  accept(data: Buffer): MqttPacket[] {
    this.#waiting = this.#waiting.length === 0 ? data : Buffer.concat([this.#waiting, data]);
    const packets: MqttPacket[] = [];
    for (let next = this.#take(); next; next = this.#take()) packets.push(next);
    return packets;
  }

  #take(): MqttPacket | undefined {
    const bytes = this.#waiting;
    let length = 0;
    for (let at = 1; at < bytes.length; at++) {
      if (at > MAX_LENGTH_DIGITS) throw new RangeError("the length of an MQTT packet has more than four digits");
      const digit = bytes[at] as number;
      length += (digit & 0x7f) << (LENGTH_BITS * (at - 1));
      if (digit & 0x80) continue;
      const end = at + 1 + length;
      if (bytes.length < end) return undefined;
      this.#waiting = bytes.subarray(end);
      return { type: (bytes[0] as number) >> 4, body: bytes.subarray(at + 1, end) };
    }
    return undefined;
  }
}
