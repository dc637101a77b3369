import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import type { Cancel, Clock } from "../../protocol/clock.ts";
import { isObject, type JsonObject } from "../../protocol/json.ts";
import { RPC_CODES, rpcFailure } from "../../protocol/json-rpc.ts";
import type { Log } from "../log.ts";
import { isEndOfStream, isLoss, isRefusal, reasonOf } from "../tools/server-mcp/failure.ts";
import type { McpServerSettings } from "../tools/server-mcp/settings.ts";
import { type OpenedTransport, type OpenTransport, type Way, waysTo } from "../tools/server-mcp/transport.ts";

/** ms for the answer to `initialize`, before which nothing else is sent to an address. */
const INITIALIZE_MS = 60_000;

export interface ServerSideOptions {
  readonly settings: McpServerSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly open: OpenTransport;
  readonly onMessage: (message: JsonObject) => void;
  /** The server is of no more use to this connection. */
  readonly onEnd: (reason: string) => void;
}

/** The MCP server of a bridge for one connection to the endpoint: raw messages in and out. */
export class ServerSide {
  readonly #options: ServerSideOptions;
  readonly #ways: Way[];
  #opened: OpenedTransport | undefined;
  /** Sent messages wait for it, in their order: the start, then the answer to `initialize`. */
  #ready: Promise<void>;
  #initialize: { readonly id: unknown; readonly done: () => void } | undefined;
  #isClosed = false;

  constructor(options: ServerSideOptions) {
    this.#options = options;
    const overs = new Set<string>();
    // The handshake is the endpoint's affair; only what carries it matters.
    this.#ways = waysTo(options.settings).filter(({ over }) => !overs.has(over) && overs.add(over));
    this.#ready = this.#start();
    this.#ready.catch((error: unknown) => this.#end(this.#reason(error)));
  }

  /** Hands a message of the endpoint to the server. A request that cannot be delivered is answered with an error. */
  send(message: JsonObject): void {
    const isInitialize = message["method"] === "initialize" && message["id"] !== undefined;
    const sent = this.#ready.then(() => this.#deliver(message, isInitialize));
    // A server behind an address knows nobody before the answer, which names the session.
    if (isInitialize && this.#options.settings.kind === "address") this.#ready = this.#answered(message["id"], sent);
    sent.catch((error: unknown) => {
      const reason = this.#reason(error);
      const { id, method } = message;
      if (method !== undefined && (typeof id === "string" || typeof id === "number")) {
        this.#options.onMessage({ ...rpcFailure(id, RPC_CODES.internal, reason) });
      }
      if (isInitialize || isLoss(error)) this.#end(reason);
      else this.#options.log.warn({ method, error: reason }, "a message could not be delivered");
    });
  }

  /** Ends the program, or the session at the address. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#initialize?.done();
    await this.#drop();
  }

  async #start(): Promise<void> {
    const { settings, open, log } = this.#options;
    const way = this.#ways.shift() as Way;
    const opened = await open(settings, way, log);
    if (this.#isClosed) throw new Error("closed");
    this.#opened = opened;
    const { transport } = opened;
    const before = transport.onclose;
    transport.onclose = () => {
      before?.();
      if (this.#opened === opened) this.#end(opened.lastWords() || "the program has ended");
    };
    transport.onerror = (error) => {
      log.debug({ error }, "MCP server disturbed");
      if (this.#opened === opened && isEndOfStream(error)) this.#end(error.message);
    };
    transport.onmessage = (message: JSONRPCMessage) => this.#receive(transport, message as unknown as JsonObject);
    try {
      await transport.start();
    } catch (error) {
      if (this.#ways.length === 0 || !isRefusal(error)) throw error;
      await this.#next();
    }
    if (this.#isClosed) throw new Error("closed");
  }

  async #next(): Promise<void> {
    await this.#drop();
    await this.#start();
  }

  async #deliver(message: JsonObject, isInitialize: boolean): Promise<void> {
    if (!this.#opened) throw new Error("closed");
    const { transport } = this.#opened;
    try {
      await transport.send(message as unknown as JSONRPCMessage);
    } catch (error) {
      if (!isInitialize || this.#ways.length === 0 || !isRefusal(error)) throw error;
      await this.#next();
      await this.#deliver(message, isInitialize);
    }
  }

  async #answered(id: unknown, sent: Promise<void>): Promise<void> {
    const answered = Promise.withResolvers<void>();
    this.#initialize = { id, done: answered.resolve };
    const cancel: Cancel = this.#options.clock.schedule(INITIALIZE_MS, answered.resolve);
    try {
      await Promise.all([sent, answered.promise]);
    } finally {
      cancel();
    }
  }

  #receive(transport: Transport, message: JsonObject): void {
    const initialize = this.#initialize;
    if (initialize && message["method"] === undefined && message["id"] === initialize.id) {
      const { result } = message;
      const version = isObject(result) ? result["protocolVersion"] : undefined;
      if (typeof version === "string") transport.setProtocolVersion?.(version);
      this.#initialize = undefined;
      initialize.done();
    }
    this.#options.onMessage(message);
  }

  #reason(error: unknown): string {
    const said = this.#opened?.lastWords();
    return reasonOf(error, this.#options.settings) + (said ? ` (it said: ${said})` : "");
  }

  #end(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.onEnd(reason);
  }

  async #drop(): Promise<void> {
    const transport = this.#opened?.transport;
    this.#opened = undefined;
    if (!transport) return;
    try {
      if ("terminateSession" in transport) await (transport.terminateSession as () => Promise<void>)();
    } catch (error) {
      this.#options.log.debug({ error }, "the session could not be ended");
    }
    await transport.close().catch((error: unknown) => this.#options.log.debug({ error }, "MCP server not closed"));
  }
}
