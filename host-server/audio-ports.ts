import type { Socket } from "node:dgram";
import { Worker } from "node:worker_threads";
import type { Clock } from "../protocol/clock.ts";
import { createAudioSocket } from "./audio-socket.ts";
import type { Config } from "./config/schema.ts";
import { tellFault } from "./faults/contained.ts";
import type { FromThread, Soon } from "./gateway/audio-threads/messages.ts";
import { ThreadedAudio } from "./gateway/audio-threads/threaded-audio.ts";
import type { StartThread } from "./gateway/audio-threads/threaded-port.ts";
import type { AudioCarrier } from "./gateway/mqtt/audio-carrier.ts";
import { AudioPort } from "./gateway/mqtt/audio-port.ts";
import { bind, refusalOf } from "./listen.ts";
import type { Log } from "./log.ts";

/** How threads for audio are started, and when what they are told is sent. */
export interface AudioThreads {
  readonly startThread: StartThread;
  readonly soon: Soon;
}

export interface AudioPortsOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Instead of threads of Node: for tests. */
  readonly threads?: AudioThreads | undefined;
}

/** The UDP ports for audio: one in this thread, or one for each of `gateway.workers`. */
export class AudioPorts {
  readonly #options: AudioPortsOptions;
  readonly #threaded: ThreadedAudio | undefined;
  readonly #socket: Socket | undefined;
  readonly carrier: AudioCarrier;

  constructor(options: AudioPortsOptions) {
    const { config, clock, log, threads = nodeThreads } = options;
    this.#options = options;
    const { workers } = config.gateway;
    if (workers > 0) {
      this.#threaded = new ThreadedAudio({ clock, log, threads: workers, ...threads });
      this.carrier = this.#threaded;
      return;
    }
    const port = new AudioPort(clock, (error) => tellFault(log, { at: "audio" }, error));
    this.carrier = port;
    this.#socket = createAudioSocket(
      config.server.ip,
      (send) => (datagram, from) => port.receive(datagram, { ...from, send }),
    );
  }

  /** The port of one thread; 0 while it is closed. */
  port(lane: number): number {
    if (this.#threaded) return this.#threaded.port(lane);
    try {
      return this.#socket?.address().port ?? 0;
    } catch {
      // not bound
      return 0;
    }
  }

  /** Opens the ports. @throws AppError `port-busy` or `port-refused` */
  async start(): Promise<void> {
    const { config, log } = this.#options;
    const address = { ip: config.server.ip, port: config.gateway.udp_port, key: "gateway.udp_port" };
    try {
      await this.#threaded?.bind(address.ip, address.port);
    } catch (error) {
      throw refusalOf(error as NodeJS.ErrnoException, address);
    }
    if (!this.#socket) return;
    await bind(this.#socket, address);
    // From here on an error is a datagram that could not be sent: lost, as datagrams may be.
    this.#socket.on("error", (error) => log.debug({ error }, "datagram not sent"));
  }

  async stop(): Promise<void> {
    await this.#threaded?.stop();
    const socket = this.#socket;
    if (socket && this.port(0) !== 0) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
}

/** Threads of Node, with a socket each. */
export const nodeThreads: AudioThreads = {
  soon: setImmediate,
  startThread: ({ onMessage, onEnd }) => {
    const worker = new Worker(new URL("./audio-thread.ts", import.meta.url));
    let isEnding = false;
    const end = (reason: string) => {
      if (!isEnding) onEnd(reason);
      isEnding = true;
    };
    worker.on("message", (message: FromThread) => onMessage(message));
    worker.on("error", (error) => end(error instanceof Error ? error.message : String(error)));
    worker.on("exit", (code) => end(`it ended with code ${code}`));
    return {
      post: (message) => worker.postMessage(message),
      stop: async () => {
        isEnding = true;
        await worker.terminate();
      },
    };
  },
};
