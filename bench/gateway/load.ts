import { createSocket, type Socket } from "node:dgram";
import { LoadDevice, type Measured } from "./load-device.ts";
import { keepTimetable } from "./timetable.ts";

const FRAME_MS = 60;
const CONNECTING_AT_ONCE = 20;
const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;

/** Many devices before one gateway. */
export class Load {
  readonly #port: number;
  readonly #devices: LoadDevice[] = [];
  /** Devices that only said hello. */
  readonly #visitors: LoadDevice[] = [];
  readonly #sockets = new Map<number, Socket>();
  readonly #bySsrc = new Map<number, LoadDevice>();
  #measured: Measured = nothing(false);
  #stopSending = () => {};

  /** `port` is the gateway's. */
  constructor(port: number) {
    this.#port = port;
  }

  /** Devices for a server without MQTT. */
  addWithout(count: number): void {
    for (let n = 0; n < count; n++) this.#devices.push(LoadDevice.without(this.#port, n));
  }

  /** Connects devices, some at a time. */
  async connect(count: number): Promise<void> {
    while (this.#devices.length < count) {
      const together = Math.min(CONNECTING_AT_ONCE, count - this.#devices.length);
      const numbers = Array.from({ length: together }, (_, n) => this.#devices.length + n);
      this.#devices.push(...(await Promise.all(numbers.map((n) => LoadDevice.connect(this.#port, n)))));
    }
  }

  /** Connects so many devices more, one after the other, which then say nothing; gives the times to their hello, ms. */
  async visit(count: number): Promise<number[]> {
    for (let n = 0; n < count; n++) {
      const number = this.#devices.length + this.#visitors.length;
      this.#visitors.push(await LoadDevice.connect(this.#port, number));
    }
    return this.#visitors.slice(-count).map(({ helloMs }) => helloMs);
  }

  /** Lets all devices send. */
  async begin(): Promise<void> {
    for (const device of this.#devices) this.#bySsrc.set(device.ssrc, device);
    for (const port of new Set(this.#devices.map(({ audioPort }) => audioPort))) {
      this.#sockets.set(port, await this.#openSocket(port));
    }
    const senders = this.#devices.map((device) => {
      const socket = this.#sockets.get(device.audioPort) as Socket;
      return { sendFrame: () => device.sendFrame(socket, this.#measured) };
    });
    this.#stopSending = keepTimetable(senders, FRAME_MS, (lateMs) => {
      if (this.#measured.isCounting) this.#measured.late.push(lateMs);
    });
  }

  /** Counts and times frames from now on. */
  startCounting(): void {
    this.#measured = nothing(true);
  }

  /** Frames that are sent from now on are not counted; what was counted, to which those that are under way still come. */
  stopCounting(): Measured {
    this.#measured.isCounting = false;
    return this.#measured;
  }

  close(): void {
    this.#stopSending();
    for (const device of [...this.#devices, ...this.#visitors]) device.close();
    for (const socket of this.#sockets.values()) socket.close();
  }

  async #openSocket(port: number): Promise<Socket> {
    const socket = createSocket({ type: "udp4", recvBufferSize: RECEIVE_BUFFER_BYTES });
    await new Promise<void>((resolve) => socket.connect(port, "127.0.0.1", resolve));
    socket.on("error", () => {
      // The gateway is gone, or a buffer is full: the frame counts as lost.
    });
    socket.on("message", (datagram) => {
      this.#bySsrc.get(datagram.readUInt32BE(4))?.takeFrame(datagram, this.#measured);
    });
    return socket;
  }
}

function nothing(isCounting: boolean): Measured {
  return { isCounting, sent: 0, came: 0, up: [], down: [], late: [] };
}
