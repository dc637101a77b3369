import { once } from "node:events";
import { WebSocket } from "ws";

const FRAME_MS = 60;

/** A device that asks something over a real WebSocket, and notes when sound came. */
export class Talker {
  readonly number: number;
  readonly #socket: WebSocket;
  /** When each frame of the answer came, ms of `performance.now()`. */
  readonly framesAt: number[] = [];
  askedAt = 0;
  #finish: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;

  private constructor(number: number, socket: WebSocket) {
    this.number = number;
    this.#socket = socket;
    socket.on("message", (data, isBinary) => {
      if (isBinary) this.framesAt.push(performance.now());
      else if (/"state": ?"stop"/.test(String(data))) this.#finish();
    });
    socket.on("close", () => this.#finish());
  }

  /** Connects, and waits for the answered hello. */
  static async connect(url: string, number: number): Promise<Talker> {
    const id = `02:00:00:00:${hex(number >> 8)}:${hex(number & 0xff)}`;
    const socket = new WebSocket(url, {
      headers: { "device-id": id, "client-id": `bench-${number}` },
      perMessageDeflate: false,
    });
    await once(socket, "open");
    const audio_params = { format: "opus", sample_rate: 16_000, channels: 1, frame_duration: FRAME_MS };
    socket.send(JSON.stringify({ type: "hello", version: 1, transport: "websocket", audio_params }));
    await once(socket, "message");
    return new Talker(number, socket);
  }

  /** Asks; resolves when the answer has ended. */
  ask(): Promise<void> {
    return new Promise((resolve) => {
      this.#finish = resolve;
      this.askedAt = performance.now();
      this.#socket.send(JSON.stringify({ type: "listen", state: "detect", text: `我是${this.number}号` }));
    });
  }

  /** Sends what its microphone hears, for ever: one of these packets in 60 ms. */
  listen(packets: readonly Uint8Array[]): void {
    this.#socket.send(JSON.stringify({ type: "listen", state: "start", mode: "realtime" }));
    let at = this.number;
    const send = () => this.#socket.send(packets[at++ % packets.length] as Uint8Array);
    // Spread over the frame time, as devices are.
    this.#timer = setTimeout(
      () => {
        this.#timer = setInterval(send, FRAME_MS);
      },
      (this.number * 7) % FRAME_MS,
    );
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.terminate();
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
