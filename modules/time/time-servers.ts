import type { Cancel, Clock } from "../../protocol/clock.ts";
import { UdpConnection } from "../io/udp.ts";
import { log } from "../system/log.ts";
import { NTP_PORT, ntpRequest, readNtpAnswer } from "./ntp-packet.ts";

export interface TimeServerOptions {
  /** Names or addresses, the first one first. */
  readonly servers: readonly string[];
  /** One that does not jump when the time is set. */
  readonly clock: Clock;
  readonly random: (byteLength: number) => Uint8Array;
}

const NONCE_BYTES = 8;
/** A datagram may get lost: the question is asked this often, this far apart. */
const QUESTIONS = 2;
const PATIENCE_MS = 1500;

/** One server, asked once or twice. */
class Question {
  readonly #options: Omit<TimeServerOptions, "servers">;
  readonly #nonce: Uint8Array;
  readonly #settle: (time: number | undefined) => void;
  readonly #connection: UdpConnection;
  #left = QUESTIONS;
  #askedAt = 0;
  #cancel: Cancel;

  constructor(host: string, options: Omit<TimeServerOptions, "servers">, settle: (time: number | undefined) => void) {
    const { clock, random } = options;
    this.#options = options;
    this.#nonce = random(NONCE_BYTES);
    this.#settle = settle;
    // For a name that nobody resolves.
    this.#cancel = clock.schedule(2 * PATIENCE_MS, () => this.#end(undefined));
    this.#connection = new UdpConnection({
      host,
      port: NTP_PORT,
      clock,
      onOpen: () => this.#ask(),
      onDatagram: (bytes) => this.#take(bytes),
      onError: () => this.#end(undefined),
    });
  }

  #ask(): void {
    this.#cancel();
    if (this.#left-- === 0) return this.#end(undefined);
    const { clock } = this.#options;
    this.#askedAt = clock.now();
    this.#connection.send(ntpRequest(this.#nonce));
    this.#cancel = clock.schedule(PATIENCE_MS, () => this.#ask());
  }

  #take(bytes: Uint8Array): void {
    const answer = readNtpAnswer(bytes, this.#nonce);
    if (!answer) return;
    const wayMs = this.#options.clock.now() - this.#askedAt - answer.heldMs;
    this.#end(answer.sentAt + Math.max(0, wayMs) / 2);
  }

  #end(time: number | undefined): void {
    this.#cancel();
    this.#connection.close();
    this.#settle(time);
  }
}

/**
 * The time of the first server that answers, in ms since the epoch; undefined, with a line in the log, when none does.
 * Takes up to 3 s for each server.
 */
export async function askTimeServers({ servers, ...options }: TimeServerOptions): Promise<number | undefined> {
  for (const server of servers) {
    const time = await new Promise<number | undefined>((resolve) => {
      new Question(server, options, resolve);
    });
    if (time === undefined) continue;
    log.info("time from a server", { server });
    return time;
  }
  log.warn("no time server answered", { servers: servers.join(" ") });
  return undefined;
}
