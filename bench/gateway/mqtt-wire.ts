/** As much of MQTT as a load needs: whole packets, QoS 0. */
export function mqttText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

export function mqttPacket(first: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
  return Buffer.concat([Buffer.from([first, ...length]), body]);
}

export interface MqttPacket {
  /** First four bits. */
  readonly type: number;
  readonly body: Buffer;
}

/** Cuts a stream into packets. */
export class MqttPackets {
  #waiting: Buffer = Buffer.alloc(0);

  accept(data: Buffer): MqttPacket[] {
    this.#waiting = this.#waiting.length === 0 ? data : Buffer.concat([this.#waiting, data]);
    const packets: MqttPacket[] = [];
    for (let next = this.#take(); next; next = this.#take()) packets.push(next);
    return packets;
  }

  #take(): MqttPacket | undefined {
    const bytes = this.#waiting;
    let length = 0;
    for (let at = 1; at < Math.min(bytes.length, 5); at++) {
      const digit = bytes[at] as number;
      length += (digit & 0x7f) << (7 * (at - 1));
      if (digit & 0x80) continue;
      const end = at + 1 + length;
      if (bytes.length < end) return undefined;
      this.#waiting = bytes.subarray(end);
      return { type: (bytes[0] as number) >> 4, body: bytes.subarray(at + 1, end) };
    }
    return undefined;
  }
}

/** The JSON of a PUBLISH packet's body. */
export function publishedMessage(body: Buffer): Record<string, unknown> {
  return JSON.parse(body.toString("utf8", 2 + body.readUInt16BE(0)));
}
