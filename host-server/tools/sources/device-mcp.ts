import type { Clock } from "../../../protocol/clock.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import type { JsonRpcMessage } from "../../../protocol/json-rpc.ts";
import { JsonRpcPeer } from "../../../protocol/json-rpc-peer.ts";
import { initializeParams, listAllTools } from "../../../protocol/mcp.ts";
import type { Log } from "../../log.ts";
import { toolsForModels } from "../audience.ts";
import { mcpOutcome } from "../mcp-outcome.ts";
import { Refresh } from "../refresh.ts";
import type { SourceTool, ToolOutcome, ToolSource } from "../source.ts";

/** What the source needs of the device's connection. */
export interface DeviceMcpOptions {
  /** Sends one JSON-RPC message to the device. */
  readonly send: (message: JsonRpcMessage) => void;
  readonly clock: Clock;
  readonly log: Log;
  /** ms that the device has for each answer. */
  readonly timeoutMs: number;
  /** Whether the device is told that it was understood, as MCP demands; XiaoZhi devices are not, in a session. */
  readonly confirms?: boolean;
  /** Where the device may ask about pictures. */
  readonly vision?: Parameters<typeof initializeParams>[0];
}

/** The tools of a device that speaks MCP. */
export class DeviceMcpSource implements ToolSource {
  readonly id = "DEVICE_MCP";
  readonly #peer: JsonRpcPeer;
  readonly #log: Log;
  #tools: readonly SourceTool[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #refresh = new Refresh(() => this.#read());
  readonly #confirms: boolean;
  readonly #vision: DeviceMcpOptions["vision"];
  #isOpen = false;

  constructor({ send, clock, log, timeoutMs, confirms = false, vision }: DeviceMcpOptions) {
    this.#log = log;
    this.#confirms = confirms;
    this.#vision = vision;
    this.#peer = new JsonRpcPeer({ send, schedule: clock.schedule.bind(clock), timeoutMs });
  }

  /**
   * Opens MCP and reads the device's tools: `initialize` (id 1), then `tools/list` (id 2 and on) to its last page.
   *
   * @throws ProtocolError or JsonRpcError when the device answers wrongly, with an error, or not at all
   */
  async start(): Promise<void> {
    await this.#peer.request("initialize", initializeParams(this.#vision));
    if (this.#confirms) this.#peer.notify("notifications/initialized");
    this.#isOpen = true;
    await this.#refresh.run();
  }

  /** Takes a JSON-RPC message of the device; when its tools have changed, they are read anew. @throws ProtocolError `rpc-invalid` */
  accept(payload: JsonObject): void {
    this.#peer.accept(payload);
    if (payload["method"] !== "notifications/tools/list_changed" || !this.#isOpen) return;
    this.#refresh.run().catch((error: unknown) => this.#log.warn({ error }, "the device's new tools cannot be used"));
  }

  list(): readonly SourceTool[] {
    return this.#tools;
  }

  async call(name: string, args: JsonObject): Promise<ToolOutcome> {
    return mcpOutcome(await this.#peer.request("tools/call", { name, arguments: args }));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends calls that wait for an answer. */
  close(): void {
    this.#isOpen = false;
    this.#peer.close("the device has left");
  }

  /** Reads all pages; nobody sees a list that is half read. */
  async #read(): Promise<void> {
    if (!this.#isOpen) return;
    const tools = await listAllTools((params) => this.#peer.request("tools/list", params));
    this.#tools = toolsForModels(tools);
    for (const listener of this.#listeners) listener();
  }
}
