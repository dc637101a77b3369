import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../../protocol/clock.ts";
import type { Log } from "../log.ts";
import type { Asr } from "../providers/asr.ts";
import type { Tts } from "../providers/tts.ts";
import { WyomingSession } from "./wyoming-session.ts";

/** Connections at once; each is one request of a home. */
const MAX_CONNECTIONS = 64;

/** What others may use of this server. */
export interface WyomingServerOptions {
  readonly asr: Asr;
  readonly tts: Tts;
  /** Names of the models, as in `modelsInUse`. */
  readonly models: { readonly asr: string; readonly tts: string };
  /** Languages of both, as `en`: clients offer them to their users by these. */
  readonly languages: readonly string[];
  /** ms that words may take after the end of an utterance. */
  readonly asrMs: number;
  /** ms that a voice may take for a sentence, and pause within it. */
  readonly ttsMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Lends the recogniser and the voice to others, by the Wyoming protocol: Home Assistant finds both at one port. */
export class WyomingServer {
  readonly tcp: Server;
  readonly #options: WyomingServerOptions;
  readonly #sockets = new Set<Socket>();

  constructor(options: WyomingServerOptions) {
    this.#options = options;
    this.tcp = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => this.#accept(socket));
    this.tcp.maxConnections = MAX_CONNECTIONS;
  }

  /** The port in use; 0 before the start. */
  get port(): number {
    return (this.tcp.address() as AddressInfo | null)?.port ?? 0;
  }

  /** Closes the port and all connections. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.tcp.listening) await new Promise<void>((resolve) => this.tcp.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    const { log } = this.#options;
    this.#sockets.add(socket);
    const session = new WyomingSession(socket, this.#options);
    session
      .run()
      .catch((error: unknown) => log.warn({ error, ip: socket.remoteAddress }, "a Wyoming request failed"))
      .finally(() => {
        socket.destroySoon();
        this.#sockets.delete(socket);
      });
  }
}
