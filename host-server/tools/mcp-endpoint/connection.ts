import { isDeepStrictEqual } from "node:util";
import type { Cancel, Clock } from "../../../protocol/clock.ts";
import { ProtocolError } from "../../../protocol/errors.ts";
import { isObject, type JsonObject, parseJson } from "../../../protocol/json.ts";
import { JsonRpcError, rpcResult } from "../../../protocol/json-rpc.ts";
import { JsonRpcPeer } from "../../../protocol/json-rpc-peer.ts";
import { listAllTools, MCP_PROTOCOL_VERSION } from "../../../protocol/mcp.ts";
import { ToolError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { toolsForModels } from "../audience.ts";
import { Backoff } from "../backoff.ts";
import { mcpOutcome } from "../mcp-outcome.ts";
import { Refresh } from "../refresh.ts";
import type { SourceTool, ToolOutcome } from "../source.ts";
import type { Endpoint, EndpointLink } from "./link.ts";

/** ms for each answer while tools are read. */
const ANSWER_MS = 10_000;
/** Calls end with their signal: the catalogue has the one time-out. */
const NO_TIMEOUT_MS = 2_147_483_647;
/** ms until tools are asked for again where none are connected: the reference relay passes no news of them on. */
const EMPTY_REREAD_MS = 30_000;
/** ms until tools are read again in any case, for the same reason. */
const REREAD_MS = 300_000;

/** What relays answer for a tool that is not there (-32001) or went while it was told (-32002). */
const ABSENT = [-32001, -32002];
/** What a tool answers that was started anew and has not been introduced: by the official Python package. */
const UNREADY = /initializ|^Invalid request parameters$/i;

/** The reference server's; relays and tools see who asks. */
const INTRODUCTION: JsonObject = {
  protocolVersion: MCP_PROTOCOL_VERSION,
  capabilities: { roots: { listChanged: true }, sampling: {} },
  clientInfo: { name: "XiaozhiMCPEndpointClient", version: "1.0.0" },
};

export interface EndpointConnectionOptions {
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly onChange: () => void;
}

interface Open {
  readonly link: EndpointLink;
  readonly peer: JsonRpcPeer;
  /** Whether the tools behind the relay know who asks. */
  isIntroduced: boolean;
}

/**
 * The calling side of one MCP endpoint, as all sessions share it. It is opened in the background and again whenever it
 * is lost; its tools stay on offer meanwhile, and a call opens it at once.
 */
export class EndpointConnection {
  readonly #options: EndpointConnectionOptions;
  readonly #backoff: Backoff;
  readonly #refresh: Refresh;
  readonly #log: Log;
  #tools: readonly SourceTool[] = [];
  #current: Open | undefined;
  #opening: Promise<Open> | undefined;
  #cancelRetry: Cancel = () => {};
  #cancelReread: Cancel = () => {};
  readonly #closing = new AbortController();

  constructor(options: EndpointConnectionOptions) {
    const { clock, random, log, endpoint } = options;
    this.#options = options;
    this.#log = log.child({ endpoint: endpoint.name });
    this.#backoff = new Backoff({ now: () => clock.now(), random });
    this.#refresh = new Refresh(() => this.#readTools());
  }

  get endpoint(): Endpoint {
    return this.#options.endpoint;
  }

  get tools(): readonly SourceTool[] {
    return this.#tools;
  }

  /** Opens the connection in the background. */
  start(): void {
    // A failure is logged and tried again.
    this.#open().catch(() => {});
  }

  /** @throws ToolError when the endpoint cannot be reached, has no such tool now, or was lost while it worked */
  async call(name: string, args: JsonObject, signal: AbortSignal): Promise<ToolOutcome> {
    for (let attempt = 1; ; attempt++) {
      const open = await this.#open();
      signal.throwIfAborted();
      try {
        return mcpOutcome(await askFor(open.peer, { name, arguments: args }, signal));
      } catch (error) {
        if (signal.aborted) throw error;
        if (!isAbsent(error) && !isUnready(error)) throw explained(name, error);
        open.isIntroduced = false;
        const reading = this.#refresh.run();
        if (attempt === 1 && isUnready(error)) await reading;
        else {
          reading.catch((reason: unknown) => this.#log.debug({ error: reason }, "tools cannot be read"));
          throw explained(name, error);
        }
      }
    }
  }

  /** Ends the connection for good. */
  close(): void {
    this.#closing.abort(new Error("the server is closed"));
    this.#cancelRetry();
    this.#discard("the server is closed");
  }

  /** The open connection; opens it when there is none. @throws ToolError `mcp-unreachable` */
  #open(): Promise<Open> {
    if (this.#opening) return this.#opening;
    if (this.#current) return Promise.resolve(this.#current);
    this.#cancelRetry();
    this.#opening = this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect(): Promise<Open> {
    try {
      const open = await this.#dial();
      await this.#refresh.run();
      if (this.#current !== open) throw new Error("the connection was lost at once");
      this.#log.info({ tools: this.#tools.length }, "MCP endpoint connected");
      return open;
    } catch (error) {
      this.#discard("not opened");
      this.#retry(error);
      throw new ToolError("mcp-unreachable", "The MCP endpoint cannot be reached now.", { cause: error });
    }
  }

  async #dial(): Promise<Open> {
    const { clock } = this.#options;
    // Links of this process may speak before they are returned.
    let open: Open | undefined;
    let ended: string | undefined;
    const link = await this.endpoint.open(
      {
        onText: (text) => open && this.#receive(open, text),
        onClose: (reason) => {
          ended = reason;
          if (open) this.#lose(open, reason);
        },
      },
      this.#closing.signal,
    );
    if (ended !== undefined || this.#closing.signal.aborted) {
      link.close();
      throw new Error(ended ?? "the server is closed");
    }
    const schedule = clock.schedule.bind(clock);
    const send = (message: object) => link.send(JSON.stringify(message));
    open = { link, peer: new JsonRpcPeer({ send, schedule, timeoutMs: ANSWER_MS }), isIntroduced: false };
    this.#current = open;
    this.#backoff.opened();
    return open;
  }

  #receive({ link, peer }: Open, text: string): void {
    try {
      const message = parseJson(text);
      // MCP has either side answer this one.
      if (isObject(message) && message["method"] === "ping" && message["id"] !== undefined) {
        return link.send(JSON.stringify(rpcResult(message["id"] as string | number, {})));
      }
      peer.accept(message);
      if (isObject(message) && message["method"] === "notifications/tools/list_changed") this.#reread();
    } catch (error) {
      this.#log.debug({ error }, "message of the MCP endpoint refused");
    }
  }

  async #readTools(): Promise<void> {
    const open = this.#current;
    if (!open) return;
    this.#cancelReread();
    let tools: readonly SourceTool[] = [];
    try {
      tools = await readFrom(open);
    } catch (error) {
      if (this.#current !== open) throw error;
      open.isIntroduced = false;
      if (!isAbsent(error)) {
        this.#log.warn({ error }, "the MCP endpoint's tools cannot be read now");
        tools = this.#tools;
      }
    }
    if (this.#current !== open) return;
    const ms = open.isIntroduced ? REREAD_MS : EMPTY_REREAD_MS;
    this.#cancelReread = this.#options.clock.schedule(ms, () => this.#reread());
    if (isDeepStrictEqual(tools, this.#tools)) return;
    this.#tools = tools;
    this.#log.debug({ tools: tools.map(({ name }) => name) }, "tools of the MCP endpoint");
    this.#options.onChange();
  }

  #reread(): void {
    // Fails only with the connection, which tells of it itself.
    this.#refresh.run().catch(() => {});
  }

  #lose(open: Open, reason: string): void {
    if (this.#current !== open) return;
    this.#discard(reason);
    if (!this.#opening) this.#retry(new ToolError("mcp-lost", `mcp-lost: ${reason}`));
  }

  #discard(reason: string): void {
    this.#cancelReread();
    const open = this.#current;
    this.#current = undefined;
    open?.link.close();
    open?.peer.close(reason);
  }

  #retry(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    const inMs = this.#backoff.next();
    // Once is enough for people; the rest is for whoever looks for it.
    if (this.#backoff.failures === 1) this.#log.warn({ error, inMs }, "MCP endpoint not connected");
    else this.#log.debug({ error, inMs }, "MCP endpoint still not connected");
    this.#cancelRetry();
    this.#cancelRetry = this.#options.clock.schedule(inMs, () => this.start());
  }
}

/** Introduces this server where that is due, and reads all pages. */
async function readFrom(open: Open): Promise<readonly SourceTool[]> {
  const { peer } = open;
  if (!open.isIntroduced) {
    await peer.request("initialize", INTRODUCTION);
    peer.notify("notifications/initialized");
    open.isIntroduced = true;
  }
  const tools = await listAllTools((params) => peer.request("tools/list", params));
  return toolsForModels(tools);
}

async function askFor(peer: JsonRpcPeer, params: JsonObject, signal: AbortSignal): Promise<unknown> {
  const { id, answer } = peer.ask("tools/call", params, NO_TIMEOUT_MS);
  const onAbort = () => peer.cancel(id, String((signal.reason as Error | undefined)?.message ?? signal.reason));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await answer;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof JsonRpcError && ABSENT.includes(error.code);
}

function isUnready(error: unknown): boolean {
  return error instanceof JsonRpcError && UNREADY.test(error.message);
}

function explained(name: string, error: unknown): unknown {
  if (isAbsent(error)) {
    return new ToolError("tool-absent", `The program that does ${name} is not connected now.`, { cause: error });
  }
  if (!(error instanceof ProtocolError) || error.code !== "rpc-closed") return error;
  const lost = `The connection to the MCP endpoint was lost; it is not known whether ${name} was done.`;
  return new ToolError("mcp-lost", lost, { cause: error });
}
