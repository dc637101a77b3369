import type { Msg, NatsConnection, NodeConnectionOptions, Subscription } from "@nats-io/transport-node";
import type { Cancel, Clock } from "../../protocol/clock.ts";
import { isObject, type JsonObject } from "../../protocol/json.ts";
import type { Log } from "../log.ts";
import { type Answerer, type Bus, BusError } from "./bus.ts";
import { readReply, replyOf } from "./reply.ts";

/** ms between two attempts to connect. */
const RETRY_MS = 1_000;
/** ms between two signs of life; two that are missing end the connection. */
const PING_MS = 2_000;
const MAX_PINGS = 2;
/** ms that a connection may take to open. */
const CONNECT_MS = 5_000;

/** Where NATS is, and as whom to come. */
export interface NatsSettings {
  /** `nats://user:password@host:4222` or `tls://…`; several with commas between them. */
  readonly url: string;
  /** Name of this node in the lists of NATS. */
  readonly name: string;
  /** Before every subject, so that several fleets may share one NATS. */
  readonly prefix: string;
  readonly token: string;
  /** File with the credentials of a user (JWT and seed); empty: none. */
  readonly credentials: string;
  /** File with the authorities to trust (PEM); empty: those of Node. */
  readonly tlsCa: string;
  /** Files with a certificate of this node's own and its key (PEM). */
  readonly tlsCert: string;
  readonly tlsKey: string;
}

/** What this node listens to, whether there is a connection or not. */
interface Wish {
  readonly subject: string;
  readonly group: string | undefined;
  readonly hear: (message: JsonObject, msg: Msg) => void;
}

type NatsPackage = typeof import("@nats-io/transport-node");

/** A bus over NATS. It connects by itself, and again when the connection is lost; until then it is down. */
export class NatsBus implements Bus {
  readonly #settings: NatsSettings;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #watchers = new Set<(isUp: boolean) => void>();
  readonly #wishes = new Map<Wish, Subscription | undefined>();
  readonly #waiting = new Set<(error: BusError) => void>();
  #nats: NatsPackage | undefined;
  #connection: NatsConnection | undefined;
  #cancelRetry: Cancel = () => {};
  #isUp = false;
  #isClosed = false;
  #hasComplained = false;

  constructor(settings: NatsSettings, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#settings = settings;
    this.#clock = clock;
    this.#log = log;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Connects; without success it goes on trying, and gives false. */
  async start(): Promise<boolean> {
    this.#nats ??= await import("@nats-io/transport-node");
    try {
      const connection = await this.#nats.connect(await this.#options(this.#nats));
      if (this.#isClosed) await connection.close();
      else this.#welcome(connection);
    } catch (error) {
      if (!this.#hasComplained) this.#log.warn({ error, nats: this.#address }, "NATS cannot be reached: trying on");
      this.#hasComplained = true;
      if (!this.#isClosed) this.#cancelRetry = this.#clock.schedule(RETRY_MS, () => void this.start());
    }
    return this.#isUp;
  }

  publish(subject: string, message: JsonObject): void {
    if (!this.#isUp) return;
    try {
      this.#connection?.publish(this.#full(subject), JSON.stringify(message));
    } catch (error) {
      this.#log.warn({ subject, error }, "a message to other nodes was lost");
    }
  }

  subscribe(subject: string, onMessage: (message: JsonObject) => void, group?: string): Cancel {
    return this.#wish({ subject, group, hear: onMessage });
  }

  async request(subject: string, message: JsonObject, timeoutMs: number): Promise<JsonObject> {
    const connection = this.#connection;
    if (!this.#isUp || !connection) throw new BusError("bus-down", `${subject} cannot be asked`);
    const cut = Promise.withResolvers<never>();
    this.#waiting.add(cut.reject);
    try {
      const options = { timeout: timeoutMs };
      const asked = connection.request(this.#full(subject), JSON.stringify(message), options);
      // The one that loses the race is nobody's error.
      asked.catch(() => {});
      const reply = await Promise.race([asked, cut.promise]);
      return readReply(messageOf(reply));
    } catch (error) {
      throw this.#failure(subject, error);
    } finally {
      this.#waiting.delete(cut.reject);
    }
  }

  answer(subject: string, answer: Answerer, group?: string): Cancel {
    const hear: Wish["hear"] = (message, msg) => {
      void replyOf(answer, message).then((reply) => {
        try {
          msg.respond(JSON.stringify(reply));
        } catch (error) {
          this.#log.warn({ subject, error }, "an answer to another node was lost");
        }
      });
    };
    return this.#wish({ subject, group, hear });
  }

  onChange(listener: (isUp: boolean) => void): Cancel {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRetry();
    this.#become(false);
    this.#watchers.clear();
    const connection = this.#connection;
    this.#connection = undefined;
    // What was said just now is still to be sent.
    await connection?.flush().catch(() => {});
    await connection?.close().catch(() => {});
  }

  get #address(): string {
    return this.#settings.url.replaceAll(/\/\/[^@/,]*@/g, "//");
  }

  #full(subject: string): string {
    return `${this.#settings.prefix}.${subject}`;
  }

  async #options(nats: NatsPackage): Promise<NodeConnectionOptions> {
    const { url, name, token, credentials, tlsCa, tlsCert, tlsKey } = this.#settings;
    const addresses = url.split(",").map((text) => new URL(text.trim()));
    const [{ username, password, protocol }] = addresses as [URL];
    const usesTls = protocol === "tls:" || tlsCa !== "" || tlsCert !== "";
    const tls = {
      ...(tlsCa !== "" && { caFile: tlsCa }),
      ...(tlsCert !== "" && { certFile: tlsCert, keyFile: tlsKey }),
    };
    return {
      servers: addresses.map(({ hostname, port }) => `${hostname}:${port || 4222}`),
      name,
      ...(username !== "" && { user: decodeURIComponent(username), pass: decodeURIComponent(password) }),
      ...(token !== "" && { token }),
      ...(credentials !== "" && { authenticator: nats.credsAuthenticator(await bytesOf(credentials)) }),
      ...(usesTls && { tls }),
      timeout: CONNECT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RETRY_MS,
      pingInterval: PING_MS,
      maxPingOut: MAX_PINGS,
      ignoreAuthErrorAbort: true,
    };
  }

  #welcome(connection: NatsConnection): void {
    this.#connection = connection;
    for (const wish of this.#wishes.keys()) this.#fulfil(wish);
    void this.#follow(connection);
    connection.closed().then(
      (error) => this.#lose(connection, error),
      () => {},
    );
    this.#hasComplained = false;
    this.#log.info({ nats: connection.getServer() }, "connected to NATS");
    this.#become(true);
  }

  /** Follows what happens to a connection that repairs itself. */
  async #follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (this.#connection !== connection) return;
      if (status.type === "disconnect") {
        this.#log.warn({ nats: this.#address }, "the connection to NATS is lost");
        this.#become(false);
      } else if (status.type === "reconnect") {
        this.#log.info({ nats: status.server }, "connected to NATS again");
        this.#become(true);
      } else if (status.type === "error") this.#log.warn({ error: status.error }, "NATS refuses something");
    }
  }

  /** A connection has ended for good. */
  #lose(connection: NatsConnection, error: unknown): void {
    if (this.#connection !== connection || this.#isClosed) return;
    this.#connection = undefined;
    this.#become(false);
    this.#log.warn({ error, nats: this.#address }, "the connection to NATS has ended: opening another");
    this.#cancelRetry = this.#clock.schedule(RETRY_MS, () => void this.start());
  }

  #become(isUp: boolean): void {
    if (this.#isUp === isUp) return;
    this.#isUp = isUp;
    if (!isUp) for (const fail of [...this.#waiting]) fail(new BusError("bus-down", "the connection to NATS was lost"));
    for (const watcher of [...this.#watchers]) watcher(isUp);
  }

  #wish(wish: Wish): Cancel {
    this.#wishes.set(wish, undefined);
    if (this.#connection) this.#fulfil(wish);
    return () => {
      this.#wishes.get(wish)?.unsubscribe();
      this.#wishes.delete(wish);
    };
  }

  #fulfil(wish: Wish): void {
    const callback = (error: Error | null, msg: Msg) => {
      if (error) return this.#log.warn({ subject: wish.subject, error }, "cannot listen to other nodes");
      try {
        wish.hear(messageOf(msg), msg);
      } catch (cause) {
        this.#log.warn({ subject: wish.subject, error: cause }, "a message of another node is refused");
      }
    };
    const queue = wish.group === undefined ? {} : { queue: wish.group };
    this.#wishes.set(wish, this.#connection?.subscribe(this.#full(wish.subject), { ...queue, callback }));
  }

  #failure(subject: string, error: unknown): unknown {
    const nats = this.#nats;
    if (!nats) return error;
    const { TimeoutError, NoRespondersError, RequestError, ClosedConnectionError, DrainingConnectionError } = nats;
    const cause = error instanceof RequestError ? (error.cause ?? error) : error;
    if (cause instanceof NoRespondersError) return new BusError("node-unknown", `nobody answers ${subject}`, { cause });
    if (cause instanceof TimeoutError) return new BusError("node-silent", `no answer of ${subject}`, { cause });
    if (cause instanceof ClosedConnectionError || cause instanceof DrainingConnectionError) {
      return new BusError("bus-down", `${subject} cannot be asked`, { cause });
    }
    return error;
  }
}

/** @throws SyntaxError, TypeError when it is no JSON object */
function messageOf(msg: Msg): JsonObject {
  const message: unknown = JSON.parse(msg.string());
  if (!isObject(message)) throw new TypeError("expected a JSON object");
  return message;
}

async function bytesOf(file: string): Promise<Uint8Array> {
  const { readFile } = await import("node:fs/promises");
  return readFile(file);
}
