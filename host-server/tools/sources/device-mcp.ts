import type { Clock } from "../../../protocol/clock.ts";
import { isObject, type JsonObject } from "../../../protocol/json.ts";
import type { JsonRpcMessage } from "../../../protocol/json-rpc.ts";
import { JsonRpcPeer } from "../../../protocol/json-rpc-peer.ts";
import { initializeParams, listAllTools, type McpTool, readCallResult } from "../../../protocol/mcp.ts";
import type { SourceTool, ToolOutcome, ToolSource } from "../source.ts";

/** What the source needs of the device's connection. */
export interface DeviceMcpOptions {
  /** Sends one JSON-RPC message to the device. */
  readonly send: (message: JsonRpcMessage) => void;
  readonly clock: Clock;
  /** ms that the device has for each answer. */
  readonly timeoutMs: number;
}

/** The tools of a device that speaks MCP. */
export class DeviceMcpSource implements ToolSource {
  readonly id = "DEVICE_MCP";
  readonly #peer: JsonRpcPeer;
  #tools: readonly SourceTool[] = [];
  readonly #listeners = new Set<() => void>();

  constructor({ send, clock, timeoutMs }: DeviceMcpOptions) {
    this.#peer = new JsonRpcPeer({ send, schedule: clock.schedule.bind(clock), timeoutMs });
  }

  /**
   * Opens MCP and reads the device's tools: `initialize` (id 1), then `tools/list` (id 2 and on) to its last page.
   *
   * @throws ProtocolError or JsonRpcError when the device answers wrongly, with an error, or not at all
   */
  async start(): Promise<void> {
    await this.#peer.request("initialize", initializeParams());
    const tools = await listAllTools((params) => this.#peer.request("tools/list", params));
    this.#tools = tools.filter(isForModels).map(({ name, description, inputSchema }) => {
      return { name, description, inputSchema: inputSchema as JsonObject };
    });
    for (const listener of this.#listeners) listener();
  }

  /** Takes a JSON-RPC message of the device. @throws ProtocolError `rpc-invalid` */
  accept(payload: JsonObject): void {
    this.#peer.accept(payload);
  }

  list(): readonly SourceTool[] {
    return this.#tools;
  }

  async call(name: string, args: JsonObject): Promise<ToolOutcome> {
    const outcome = readCallResult(await this.#peer.request("tools/call", { name, arguments: args }));
    // The camera tool hands through what a vision service said, which is meant for the user's ears.
    const { action, response } = outcome.data ?? {};
    return action === "RESPONSE" && typeof response === "string" ? { ...outcome, reply: response } : outcome;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends calls that wait for an answer. */
  close(): void {
    this.#peer.close("the device has left");
  }
}

/** A tool for the user alone (`annotations.audience` is `["user"]`) is never shown to a model. */
function isForModels({ annotations }: McpTool): boolean {
  const audience = isObject(annotations) ? annotations["audience"] : undefined;
  return !Array.isArray(audience) || audience.length === 0 || audience.includes("assistant");
}
