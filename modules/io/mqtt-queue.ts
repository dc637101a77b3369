import { utf8Bytes } from "../../protocol/utf8.ts";
import { log } from "../system/log.ts";
import { MqttClient } from "./mqtt-client.ts";

interface Waiting {
  readonly topic: string;
  /** undefined: the topic is to be subscribed to. */
  readonly bytes: Uint8Array | undefined;
  /** The server keeps it for those who subscribe later. */
  readonly retain: boolean;
  /** Bytes already gone as pieces. */
  sent: number;
}

/** More than any burst of answers; a server that reads nothing must not fill the heap. */
const MAX_WAITING_BYTES = 32 * 1024;

/** Smaller pieces would mostly be overhead. */
const MIN_PIECE_BYTES = 256;

/**
 * What a packet takes beside topic and message is in the room that the client keeps back; this is for a ping or an
 * acknowledgement that it wrote itself since.
 */
const SPARE_BYTES = 8;

/**
 * Packets on their way into an MQTT client whose `write` throws when there is no room. Messages that are longer than
 * the socket's whole buffer leave in pieces.
 */
export class MqttQueue {
  /** Bytes that the client takes now. */
  room = 0;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #largestRoom = 0;

  publish(topic: string, bytes: Uint8Array, retain: boolean): void {
    if (this.#waitingBytes + bytes.byteLength > MAX_WAITING_BYTES) {
      return log.warn("message dropped: the server takes nothing", { bytes: bytes.byteLength });
    }
    this.#waitingBytes += bytes.byteLength;
    this.#waiting.push({ topic, bytes, retain, sent: 0 });
  }

  subscribe(topic: string): void {
    this.#waiting.push({ topic, bytes: undefined, retain: false, sent: 0 });
  }

  /** Writes as much as fits. */
  flush(client: MqttClient): void {
    this.#largestRoom = Math.max(this.#largestRoom, this.room);
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (!(next.bytes ? this.#writeMessage(client, next, next.bytes) : this.#writeSubscribe(client, next))) return;
    }
  }

  #writeSubscribe(client: MqttClient, { topic }: Waiting): boolean {
    if (utf8Bytes(topic) + SPARE_BYTES > this.room) return false;
    this.room = client.write(null, { operation: MqttClient.SUBSCRIBE, items: [{ topic }] });
    this.#waiting.shift();
    return true;
  }

  /** Whether the whole message is gone. */
  #writeMessage(client: MqttClient, next: Waiting, bytes: Uint8Array): boolean {
    const { byteLength } = bytes;
    const { topic, retain, sent } = next;
    const count = sent === 0 ? this.#firstPiece(byteLength, utf8Bytes(topic)) : Math.min(byteLength - sent, this.room);
    if (count <= 0) return false;
    const piece = bytes.subarray(sent, sent + count);
    this.room = sent === 0 ? client.write(piece, { topic, byteLength, retain }) : client.write(piece);
    next.sent += count;
    if (next.sent < byteLength) return false;
    this.#waitingBytes -= byteLength;
    this.#waiting.shift();
    return true;
  }

  /** How much of a message to begin with; 0 to wait for more room. */
  #firstPiece(byteLength: number, topicBytes: number): number {
    const room = this.room - topicBytes - SPARE_BYTES;
    if (byteLength <= room) return byteLength;
    // What fits an empty socket is worth waiting for; only what never fits is sent in pieces.
    return byteLength + topicBytes + SPARE_BYTES <= this.#largestRoom || room < MIN_PIECE_BYTES ? 0 : room;
  }
}
