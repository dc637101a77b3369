import type { Clock } from "../../protocol/clock.ts";
import type { Datagram, DatagramSocket, Network } from "../../simulator/network.ts";

/** From 1900 to 1970. */
const EPOCH_SECONDS = 2_208_988_800n;

/** A time as NTP writes it: seconds since 1900 and their fraction, 32 bits each. */
export function ntpTime(ms: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, (BigInt(Math.round(ms)) << 32n) / 1000n + (EPOCH_SECONDS << 32n)));
  return bytes;
}

/** A server for the time of day, written from RFC 5905 and not by the code that it tests. */
export class TimeServer {
  readonly questions: Buffer[] = [];
  /** Of the next questions: how many get no answer. */
  deafFor = 0;
  /** ms that an answer takes. */
  heldMs = 0;
  /** ms that its clock is wrong. */
  errorMs = 0;
  /** Changes an answer before it leaves. */
  spoil: (answer: Buffer) => Buffer = (answer) => answer;
  readonly #clock: Clock;
  #socket: DatagramSocket | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async join(network: Network, host = "time.test"): Promise<void> {
    this.#socket = await network.bind(host, 123, (datagram) => this.#take(datagram));
  }

  #take({ data, address, port }: Datagram): void {
    const question = Buffer.from(data);
    this.questions.push(question);
    if (this.deafFor-- > 0) return;
    const receivedAt = this.#clock.now() + this.errorMs;
    this.#clock.schedule(this.heldMs, () => {
      const answer = Buffer.alloc(48);
      answer[0] = (4 << 3) | 4;
      answer[1] = 2;
      question.copy(answer, 24, 40, 48);
      ntpTime(receivedAt).copy(answer, 32);
      ntpTime(receivedAt + this.heldMs).copy(answer, 40);
      this.#socket?.send(this.spoil(answer), { address, port });
    });
  }
}
