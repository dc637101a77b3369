import type { Cancel, Clock } from "../../protocol/clock.ts";
import { isObject, parseJson } from "../../protocol/json.ts";
import type { Log } from "../log.ts";
import { Backoff } from "../tools/backoff.ts";
import type { Endpoint, EndpointLink } from "../tools/mcp-endpoint/link.ts";
import type { McpServerSettings } from "../tools/server-mcp/settings.ts";
import { type OpenTransport, openTransport } from "../tools/server-mcp/transport.ts";
import { ServerSide } from "./server-side.ts";
import { Traffic } from "./traffic.ts";

/** ms in which an endpoint turns a wrong token away; no program is started for that. */
const WELCOME_MS = 300;

export interface BridgeOptions {
  readonly settings: McpServerSettings;
  /** The tools' side of it. */
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  readonly log: Log;
  /** How the server is reached; the official client's transports unless given. */
  readonly open?: OpenTransport;
  readonly random?: () => number;
  /** Called whenever `status` is another. */
  readonly onStatus?: () => void;
}

/** How a bridge is doing. */
export interface BridgeStatus {
  readonly name: string;
  readonly state: "connecting" | "connected" | "waiting" | "closed";
  readonly tools: number;
  readonly calls: number;
  /** Empty when nothing has gone wrong yet. */
  readonly lastError: string;
}

/**
 * Carries the messages of one MCP server to an endpoint and back, whatever they say. The server is opened anew for each
 * connection, as the endpoint greets it anew; a lost connection is opened again.
 */
export class Bridge {
  readonly #options: BridgeOptions;
  readonly #log: Log;
  readonly #backoff: Backoff;
  readonly #traffic = new Traffic();
  #state: BridgeStatus["state"] = "connecting";
  #lastError = "";
  #link: EndpointLink | undefined;
  #server: ServerSide | undefined;
  /** Counts the connections: what belongs to an earlier one is not heard. */
  #round = 0;
  #cancelRetry: Cancel = () => {};
  readonly #stopping = new AbortController();
  /** Ends what earlier connections used. */
  #ending: Promise<void> = Promise.resolve();

  constructor(options: BridgeOptions) {
    const { clock, random = Math.random, log, settings } = options;
    this.#options = options;
    this.#log = log.child({ server: settings.name });
    this.#backoff = new Backoff({ now: () => clock.now(), random });
  }

  get status(): BridgeStatus {
    const { tools, calls } = this.#traffic;
    return { name: this.#options.settings.name, state: this.#state, tools, calls, lastError: this.#lastError };
  }

  /** Connects in the background, and again whenever that is lost. */
  start(): void {
    const round = ++this.#round;
    this.#show("connecting");
    this.#connect(round).catch((error: unknown) => {
      this.#end(round, error instanceof Error ? error.message : String(error));
    });
  }

  /** Ends the connection and the server's program. */
  async stop(): Promise<void> {
    this.#round++;
    this.#stopping.abort(new Error("the bridge is stopped"));
    this.#cancelRetry();
    this.#drop();
    this.#show("closed");
    await this.#ending;
  }

  async #connect(round: number): Promise<void> {
    await this.#ending;
    if (round !== this.#round) return;
    const { endpoint, settings, clock, open = openTransport } = this.#options;
    const early: string[] = [];
    const welcome = Promise.withResolvers<void>();
    let accept = (text: string) => {
      early.push(text);
      welcome.resolve();
    };
    const link = await endpoint.open(
      {
        onText: (text) => accept(text),
        onClose: (reason) => {
          this.#end(round, `the endpoint ended the connection (${reason})`);
          welcome.resolve();
        },
      },
      this.#stopping.signal,
    );
    if (round !== this.#round) return link.close();
    this.#link = link;
    const cancelWait = clock.schedule(WELCOME_MS, welcome.resolve);
    await welcome.promise;
    cancelWait();
    if (round !== this.#round) return;
    const server = new ServerSide({
      settings,
      clock,
      log: this.#log,
      open,
      onMessage: (message) => {
        if (round !== this.#round) return;
        if (this.#traffic.fromServer(message)) this.#show(this.#state);
        link.send(JSON.stringify(message));
      },
      onEnd: (reason) => this.#end(round, reason),
    });
    this.#server = server;
    this.#backoff.opened();
    this.#log.info({ endpoint: endpoint.name }, "MCP server connected to the endpoint");
    this.#show("connected");
    accept = (text) => this.#pass(server, text);
    for (const text of early) accept(text);
  }

  #pass(server: ServerSide, text: string): void {
    try {
      const message = parseJson(text);
      if (!isObject(message)) throw new Error("expected an object");
      const { calls } = this.#traffic;
      this.#traffic.toServer(message);
      server.send(message);
      if (this.#traffic.calls !== calls) this.#show(this.#state);
    } catch (error) {
      this.#log.warn({ error }, "message of the endpoint refused");
    }
  }

  #end(round: number, reason: string): void {
    if (round !== this.#round) return;
    this.#round++;
    this.#drop();
    this.#lastError = reason;
    const inMs = this.#backoff.next();
    // Once is enough for people; the rest is for whoever looks for it.
    const level = this.#backoff.failures === 1 ? "warn" : "debug";
    this.#log[level]({ reason, inMs }, "MCP server not connected to the endpoint");
    this.#cancelRetry = this.#options.clock.schedule(inMs, () => this.start());
    this.#show("waiting");
  }

  #drop(): void {
    this.#traffic.reset();
    this.#link?.close();
    const server = this.#server;
    this.#link = undefined;
    this.#server = undefined;
    if (server) this.#ending = this.#ending.then(() => server.close());
  }

  #show(state: BridgeStatus["state"]): void {
    this.#state = state;
    this.#options.onStatus?.();
  }
}
