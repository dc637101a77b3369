import type { Clock } from "../../../protocol/clock.ts";
import { isObject, type JsonObject } from "../../../protocol/json.ts";
import type { JsonRpcMessage } from "../../../protocol/json-rpc.ts";
import { JsonRpcPeer } from "../../../protocol/json-rpc-peer.ts";
import { initializeParams, listAllTools, type McpTool } from "../../../protocol/mcp.ts";
import type { Log } from "../../log.ts";

/** Ids of the gateway's own requests, apart from those of servers, which count from 1. */
const FIRST_ID = 10_000;
/** Id of the call that wakes a device; its answer is of no use to anybody. */
const WAKE_ID = 9_999;
/** ms that a device has for each answer. */
const TIMEOUT_MS = 10_000;

export interface DeviceToolsOptions {
  /** Sends one JSON-RPC message to the device. */
  readonly send: (message: JsonRpcMessage) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The MCP server of a device, as the gateway itself uses it: opened when the device connects, before any conversation.
 * A server that asks for the list of tools later gets it from here, once it is known.
 */
export class DeviceTools {
  readonly #peer: JsonRpcPeer;
  readonly #log: Log;
  readonly #send: DeviceToolsOptions["send"];
  #reading: Promise<readonly McpTool[] | undefined> | undefined;
  #known: readonly McpTool[] = [];

  constructor({ send, clock, log }: DeviceToolsOptions) {
    const schedule = clock.schedule.bind(clock);
    this.#peer = new JsonRpcPeer({ send, schedule, timeoutMs: TIMEOUT_MS, firstId: FIRST_ID });
    this.#log = log;
    this.#send = send;
  }

  /** The tools that were read last; none before the first time. */
  get known(): readonly McpTool[] {
    return this.#known;
  }

  /** Opens MCP and reads the list of tools. */
  start(): void {
    this.#reading = this.#read();
  }

  /** Whether a message of the device was for the gateway alone: an answer to one of its requests. */
  takeFromDevice(payload: JsonObject): boolean {
    if (payload["method"] === "notifications/tools/list_changed") this.#reading = this.#list();
    if (payload["method"] === undefined && payload["id"] === WAKE_ID) return true;
    if (payload["method"] !== undefined || !this.#peer.isPending(payload["id"])) return false;
    this.#peer.accept(payload);
    return true;
  }

  /**
   * Whether a server's message was dealt with here. `answer` is called with what the device would have said; `forward`
   * when it has to say it itself after all, because its list could not be read.
   */
  takeFromServer(payload: JsonObject, answer: (payload: JsonObject) => void, forward: () => void): boolean {
    if (payload["method"] === "notifications/initialized") return true;
    if (payload["method"] !== "tools/list" || !this.#reading || !isPlain(payload["params"])) return false;
    void this.#reading.then((tools) => {
      if (tools) answer({ jsonrpc: "2.0", id: payload["id"], result: { tools } });
      else forward();
    });
    return true;
  }

  /**
   * Calls the device's MCP server for whoever manages devices.
   *
   * @throws JsonRpcError what the device answered
   * @throws ProtocolError `rpc-timeout` or `rpc-closed`
   */
  request(method: string, params: JsonObject | undefined, timeoutMs: number): Promise<unknown> {
    return this.#peer.request(method, params, timeoutMs);
  }

  /** Calls the tool that lets the device open a session and listen. */
  wake(reason: string): void {
    const params = { name: "self.remote_wakeup", arguments: { reason, action: "listen" } };
    this.#send({ jsonrpc: "2.0", id: WAKE_ID, method: "tools/call", params });
  }

  close(): void {
    this.#peer.close("the device has left");
  }

  /** The tools; undefined when the device does not tell. */
  async #read(): Promise<readonly McpTool[] | undefined> {
    try {
      await this.#peer.request("initialize", initializeParams());
    } catch (error) {
      this.#log.debug({ error }, "the device's MCP server did not open");
      return undefined;
    }
    this.#peer.notify("notifications/initialized");
    return this.#list();
  }

  async #list(): Promise<readonly McpTool[] | undefined> {
    try {
      this.#known = await listAllTools((params) => this.#peer.request("tools/list", params));
      return this.#known;
    } catch (error) {
      this.#log.debug({ error }, "the device's tools could not be read");
      return undefined;
    }
  }
}

/** A list from its beginning, without the tools that are only for the user. */
function isPlain(params: unknown): boolean {
  return !isObject(params) || (!params["cursor"] && params["withUserTools"] !== true);
}
