import type WebSocketClient from "embedded:network/websocket/client";

interface Waiting {
  readonly bytes: Uint8Array;
  readonly binary: boolean;
  /** Bytes already gone as fragments. */
  sent: number;
}

/** A client's frame header: 2 bytes, up to 8 of length, 4 of mask (RFC 6455 §5.2). */
const HEADER_BYTES = 14;

/** 2.4 s of audio at 60 ms a frame; more than that is dropped from the front (spec of the send queue: 40 packets). */
const MAX_WAITING_BINARY = 40;

/** Smaller fragments would mostly be header. */
const MIN_FRAGMENT_BYTES = 256;

/**
 * Messages on their way into a socket whose `write` throws when there is no room. Messages that are longer than the
 * socket's whole buffer leave as fragments.
 */
export class SendQueue {
  /** Bytes that the socket takes now. */
  room = 0;
  readonly #waiting: Waiting[] = [];
  #largestRoom = 0;

  push(bytes: Uint8Array, binary: boolean): void {
    if (binary) this.#dropOldestAudio();
    this.#waiting.push({ bytes, binary, sent: 0 });
  }

  #dropOldestAudio(): void {
    let count = 0;
    for (const { binary } of this.#waiting) if (binary) count++;
    if (count < MAX_WAITING_BINARY) return;
    const oldest = this.#waiting.findIndex(({ binary, sent }) => binary && sent === 0);
    if (oldest >= 0) this.#waiting.splice(oldest, 1);
  }

  /** Writes as much as fits. */
  flush(client: WebSocketClient): void {
    this.#largestRoom = Math.max(this.#largestRoom, this.room);
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const left = next.bytes.byteLength - next.sent;
      const payload = this.#payload(left);
      if (payload === undefined) return;
      const piece =
        next.sent === 0 && payload === left ? next.bytes : next.bytes.subarray(next.sent, next.sent + payload);
      this.room = client.write(piece, { binary: next.binary, more: payload < left });
      next.sent += payload;
      if (next.sent === next.bytes.byteLength) this.#waiting.shift();
    }
  }

  /** How much of `left` bytes to write now; undefined to wait for more room. */
  #payload(left: number): number | undefined {
    const room = this.room - HEADER_BYTES;
    if (left <= room) return left;
    // What fits an empty socket is worth waiting for; only what never fits is fragmented.
    if (left + HEADER_BYTES <= this.#largestRoom || room < MIN_FRAGMENT_BYTES) return undefined;
    return room;
  }
}
