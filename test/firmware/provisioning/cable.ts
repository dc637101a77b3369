import type { VirtualClock } from "../../../simulator/clock.ts";
import type { SerialLine } from "../../../simulator/device/serial-line.ts";

export interface CablePacket {
  readonly type: number;
  readonly data: Buffer;
}

/** One packet of Improv as the protocol's page describes it. */
export function improvBytes(type: number, data: readonly number[] | Uint8Array): Buffer {
  const head = Buffer.concat([
    Buffer.from("IMPROV\x01", "latin1"),
    Buffer.from([type, data.length]),
    Buffer.from(data),
  ]);
  return Buffer.concat([head, Buffer.from([head.reduce((sum, byte) => sum + byte, 0) & 255, 10])]);
}

/** A command of Improv. */
export function improvCommand(command: number, data: readonly number[] | Uint8Array = []): Buffer {
  return improvBytes(3, [command, data.length, ...data]);
}

/** Name and password as the command for them wants it. */
export function credentials(ssid: string, password = ""): Buffer {
  const [name, key] = [Buffer.from(ssid), Buffer.from(password)];
  return Buffer.concat([Buffer.from([name.length]), name, Buffer.from([key.length]), key]);
}

/** A computer at the device's serial line: it keeps all that the device says. */
export class Cable {
  readonly #clock: VirtualClock;
  readonly #line: SerialLine;
  #said = Buffer.alloc(0);

  constructor(clock: VirtualClock, line: SerialLine) {
    this.#clock = clock;
    this.#line = line;
    line.onSent = (bytes) => {
      this.#said = Buffer.concat([this.#said, bytes]);
    };
  }

  send(bytes: Uint8Array): void {
    this.#line.send(bytes);
  }

  /** Sends a command and lets time pass; gives what the device has said since the last call. */
  async ask(command: number, data: readonly number[] | Uint8Array = [], ms = 500): Promise<CablePacket[]> {
    this.take();
    this.send(improvCommand(command, data));
    await this.#clock.advance(ms);
    return this.take();
  }

  /** All packets since the last call, checked. */
  take(): CablePacket[] {
    const packets: CablePacket[] = [];
    for (let at = 0; at < this.#said.length; ) {
      if (this.#said[at] === 10) {
        at++;
        continue;
      }
      const end = at + 9 + (this.#said[at + 8] as number);
      const packet = this.#said.subarray(at, end);
      if (packet.toString("latin1", 0, 7) !== "IMPROV\x01") throw new Error(`no packet: ${packet.toString("hex")}`);
      const sum = packet.reduce((total, byte) => total + byte, 0) & 255;
      if (this.#said[end] !== sum) throw new Error(`checksum ${this.#said[end]}, expected ${sum}`);
      packets.push({ type: packet[7] as number, data: packet.subarray(9) });
      at = end + 1;
    }
    this.#said = Buffer.alloc(0);
    return packets;
  }
}

/** The texts of an answer to `command`. */
export function textsOf({ type, data }: CablePacket, command: number): string[] {
  if (type !== 4 || data[0] !== command || data[1] !== data.length - 2) throw new Error(`no answer to ${command}`);
  const texts: string[] = [];
  for (let at = 2; at < data.length; at += 1 + (data[at] as number)) {
    texts.push(data.toString("utf8", at + 1, at + 1 + (data[at] as number)));
  }
  return texts;
}
