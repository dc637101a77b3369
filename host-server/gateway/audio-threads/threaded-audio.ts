import type { Clock } from "../../../protocol/clock.ts";
import type { Log } from "../../log.ts";
import type { AudioCarrier, AudioEvents, OpenAudio } from "../mqtt/audio-carrier.ts";
import type { DatagramOrigin } from "../mqtt/audio-claim.ts";
import { newIdentity, numberIn } from "../mqtt/audio-port.ts";
import type { Soon } from "./messages.ts";
import { type StartThread, ThreadedPort } from "./threaded-port.ts";

/** Enough of a datagram to tell its session. */
const NUMBER_END = 8;

export interface ThreadedAudioOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Number of threads, 1 or more; each has a port of its own. */
  readonly threads: number;
  readonly startThread: StartThread;
  readonly soon: Soon;
}

/** Carries audio in threads; each new session goes to the one with the fewest. */
export class ThreadedAudio implements AudioCarrier {
  readonly #options: ThreadedAudioOptions;
  readonly #ports: readonly ThreadedPort[];
  readonly #portOf = new Map<number, ThreadedPort>();
  #strays = 0;

  constructor(options: ThreadedAudioOptions) {
    this.#options = options;
    this.#ports = Array.from({ length: options.threads }, (_, lane) => new ThreadedPort({ ...options, lane }));
  }

  get pathCount(): number {
    return this.#ports.reduce((sum, { sessionCount }) => sum + sessionCount, 0);
  }

  get strayCount(): number {
    return this.#ports.reduce((sum, { strayCount }) => sum + strayCount, this.#strays);
  }

  /** The UDP port of one thread; 0 while it is closed. */
  port(lane: number): number {
    return this.#ports[lane]?.port ?? 0;
  }

  /** Opens the ports: `port` and those that follow it, or any for 0. @throws as `ThreadedPort.bind` */
  async bind(ip: string, port: number): Promise<void> {
    await Promise.all(this.#ports.map((thread, lane) => thread.bind(ip, port === 0 ? 0 : port + lane)));
  }

  open(events: AudioEvents): OpenAudio {
    const usable = this.#ports.filter(({ isUsable }) => isUsable);
    const port = usable.reduce<ThreadedPort | undefined>(
      (best, other) => (best && best.sessionCount <= other.sessionCount ? best : other),
      undefined,
    );
    const identity = newIdentity(this.#portOf);
    if (!port) return this.#openNowhere(identity.key, events);
    const { ssrc } = identity;
    this.#portOf.set(ssrc, port);
    const forget = () => this.#portOf.delete(ssrc);
    const onLost = () => {
      forget();
      events.onLost?.();
    };
    const { path, lane, close } = port.open(identity, { ...events, onLost });
    return {
      path,
      lane,
      close: () => {
        forget();
        close();
      },
    };
  }

  receive(datagram: Uint8Array, from: DatagramOrigin): void {
    const port = datagram.byteLength < NUMBER_END ? undefined : this.#portOf.get(numberIn(datagram));
    if (!port?.receive(datagram, from)) this.#strays++;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#ports.map((port) => port.stop()));
  }

  /** No thread runs at this moment: the session ends as soon as it has begun, and its device tries again. */
  #openNowhere(key: Uint8Array, { onLost }: AudioEvents): OpenAudio {
    const cancel = this.#options.clock.schedule(0, () => onLost?.());
    return { path: { key, nonce: new Uint8Array(16), send: () => {} }, lane: 0, close: cancel };
  }
}
