import { frozen } from "../../../protocol/frozen.ts";

/** Kinds of packets (Improv via serial, "Packet format"). */
export const PACKET = frozen({ state: 1, error: 2, rpc: 3, result: 4 });

/** "IMPROV" and the version of the protocol. */
const HEADER: readonly number[] = frozen([0x49, 0x4d, 0x50, 0x52, 0x4f, 0x56, 1]);
const TYPE_AT = HEADER.length;
const LENGTH_AT = TYPE_AT + 1;
const DATA_AT = LENGTH_AT + 1;
const MAX_DATA_BYTES = 255;
const NEWLINE = 10;

export interface ImprovReaderEvents {
  /** `data` is valid during the call. */
  readonly onPacket: (type: number, data: Uint8Array) => void;
  /** What looked like a packet was none. */
  readonly onInvalid: () => void;
}

function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return sum & 255;
}

/** Finds packets in whatever comes over a serial line: other people's output, halves of packets, noise. */
export class ImprovReader {
  readonly #events: ImprovReaderEvents;
  readonly #bytes = new Uint8Array(DATA_AT + MAX_DATA_BYTES + 1);
  #length = 0;

  constructor(events: ImprovReaderEvents) {
    this.#events = events;
  }

  /** Some of a packet has come, and the rest has not. */
  get isWaiting(): boolean {
    return this.#length > 0;
  }

  add(bytes: Uint8Array): void {
    for (const byte of bytes) this.#add(byte);
  }

  /** Nothing more comes of what has begun. */
  reset(): void {
    this.#length = 0;
  }

  #add(byte: number): void {
    this.#bytes[this.#length++] = byte;
    if (this.#length <= HEADER.length) {
      if (byte !== HEADER[this.#length - 1]) this.#resume();
      return;
    }
    const end = DATA_AT + (this.#bytes[LENGTH_AT] as number);
    if (this.#length < DATA_AT || this.#length <= end) return;
    if (sumOf(this.#bytes.subarray(0, end)) !== byte) {
      this.#events.onInvalid();
      this.#resume();
      return;
    }
    const data = this.#bytes.slice(DATA_AT, end);
    this.#length = 0;
    this.#events.onPacket(this.#bytes[TYPE_AT] as number, data);
  }

  /** A packet may have begun within what was taken for another one. */
  #resume(): void {
    const rest = this.#bytes.slice(1, this.#length);
    this.#length = 0;
    const next = rest.indexOf(HEADER[0] as number);
    if (next >= 0) this.add(rest.subarray(next));
  }
}

/** One packet, with the newlines that set it off from other output on the line. */
export function improvPacket(type: number, data: ArrayLike<number>): Uint8Array {
  const packet = new Uint8Array(DATA_AT + data.length + 3);
  packet[0] = NEWLINE;
  packet.set(HEADER, 1);
  packet[1 + TYPE_AT] = type;
  packet[1 + LENGTH_AT] = data.length;
  packet.set(data, 1 + DATA_AT);
  packet[packet.length - 2] = sumOf(packet.subarray(1, packet.length - 2));
  packet[packet.length - 1] = NEWLINE;
  return packet;
}

/** The answer to a command: texts, each with its length. What does not fit into one packet is left out. */
export function improvResult(command: number, texts: readonly string[]): Uint8Array {
  const data = [command, 0];
  for (const text of texts) {
    const bytes = new Uint8Array(ArrayBuffer.fromString(text));
    if (data.length + 1 + bytes.length > MAX_DATA_BYTES) break;
    data.push(bytes.length, ...bytes);
  }
  data[1] = data.length - 2;
  return improvPacket(PACKET.result, data);
}
