import Serial from "embedded:io/serial";
import { contained } from "../../system/contained.ts";
import { log } from "../../system/log.ts";

export interface SerialPins {
  readonly transmit: number;
  readonly receive: number;
  /** Number of the UART; 0, the one that boards lead to their USB bridge, when absent. */
  readonly port?: number;
  /** 115200 when absent. */
  readonly baud?: number;
}

const BAUD = 115_200;
/** More than this waits only when nobody reads at the other end. */
const MAX_WAITING_BYTES = 8192;

/** A serial line with a queue: the SDK's takes no more than the UART's memory has room for. */
export class SerialPort {
  readonly #serial: Serial;
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #room = 0;

  /** @throws Error when the port or a pin is in use */
  constructor({ transmit, receive, port = 0, baud = BAUD }: SerialPins, onBytes: (bytes: Uint8Array) => void) {
    const take = () => {
      const bytes = this.#serial.read();
      if (bytes) onBytes(new Uint8Array(bytes));
    };
    this.#serial = new Serial({
      transmit,
      receive,
      port,
      baud,
      onReadable: () => contained("serial", take),
      onWritable: (room) => contained("serial", () => this.#writable(room)),
    });
  }

  /** Bytes leave in this order. What nobody takes is dropped, whole pieces, with a line in the log. */
  send(bytes: Uint8Array): void {
    if (this.#waitingBytes + bytes.byteLength > MAX_WAITING_BYTES) {
      log.warn("serial line full", { droppedBytes: bytes.byteLength });
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.byteLength;
    this.#write();
  }

  #writable(room: number): void {
    this.#room = room;
    this.#write();
  }

  #write(): void {
    while (this.#room > 0) {
      const first = this.#waiting.shift();
      if (!first) return;
      const piece = first.subarray(0, this.#room);
      if (piece.byteLength < first.byteLength) this.#waiting.unshift(first.subarray(piece.byteLength));
      // A view: the SDK writes what it covers.
      this.#serial.write(piece);
      this.#room -= piece.byteLength;
      this.#waitingBytes -= piece.byteLength;
    }
  }
}
