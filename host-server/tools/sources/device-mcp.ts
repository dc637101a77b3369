import type { JsonObject } from "../../../protocol/json.ts";
import { JsonRpcPeer, type JsonRpcPeerOptions } from "../../../protocol/json-rpc-peer.ts";
import { initializeParams, listAllTools, type VisionAccess } from "../../../protocol/mcp.ts";
import type { Log } from "../../log.ts";
import { toolsForModels } from "../audience.ts";
import { mcpOutcome } from "../mcp-outcome.ts";
import { Refresh } from "../refresh.ts";
import { sharedList } from "../shared-list.ts";
import type { SourceTool, ToolOutcome, ToolSource } from "../source.ts";

const NONE: readonly SourceTool[] = Object.freeze([]);

/** What the source needs of the device's connection. */
export interface DeviceMcpOptions extends JsonRpcPeerOptions {
  readonly log: Log;
  /** Whether the device is told that it was understood, as MCP demands; XiaoZhi devices are not, in a session. */
  readonly confirms?: boolean;
  /** Where the device may ask about pictures. */
  readonly vision?: VisionAccess | undefined;
}

/** The tools of a device that speaks MCP. */
export class DeviceMcpSource implements ToolSource {
  readonly id = "DEVICE_MCP";
  readonly #options: DeviceMcpOptions;
  readonly #peer: JsonRpcPeer;
  #tools: readonly SourceTool[] = NONE;
  /** Most devices have none for most of the time. */
  #listeners: Set<() => void> | undefined;
  #refresh: Refresh | undefined;
  #isOpen = false;

  constructor(options: DeviceMcpOptions) {
    this.#options = options;
    this.#peer = new JsonRpcPeer(options);
  }

  /**
   * Opens MCP and reads the device's tools: `initialize` (id 1), then `tools/list` (id 2 and on) to its last page.
   *
   * @throws ProtocolError or JsonRpcError when the device answers wrongly, with an error, or not at all
   */
  async start(): Promise<void> {
    const { vision, confirms = false } = this.#options;
    await this.#peer.request("initialize", initializeParams(vision));
    if (confirms) this.#peer.notify("notifications/initialized");
    this.#isOpen = true;
    await this.#readAgain();
  }

  /** Takes a JSON-RPC message of the device; when its tools have changed, they are read anew. @throws ProtocolError `rpc-invalid` */
  accept(payload: JsonObject): void {
    this.#peer.accept(payload);
    if (payload["method"] !== "notifications/tools/list_changed" || !this.#isOpen) return;
    const { log } = this.#options;
    this.#readAgain().catch((error: unknown) => log.warn({ error }, "the device's new tools cannot be used"));
  }

  list(): readonly SourceTool[] {
    return this.#tools;
  }

  async call(name: string, args: JsonObject): Promise<ToolOutcome> {
    return mcpOutcome(await this.#peer.request("tools/call", { name, arguments: args }));
  }

  onChange(listener: () => void): () => void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    return () => this.#listeners?.delete(listener);
  }

  /** Ends calls that wait for an answer. */
  close(): void {
    this.#isOpen = false;
    this.#peer.close("the device has left");
  }

  /** What reads is there as long as it reads. */
  async #readAgain(): Promise<void> {
    this.#refresh ??= new Refresh(() => this.#read());
    try {
      await this.#refresh.run();
    } finally {
      if (!this.#refresh?.isRunning) this.#refresh = undefined;
    }
  }

  /** Reads all pages; nobody sees a list that is half read. */
  async #read(): Promise<void> {
    if (!this.#isOpen) return;
    const tools = await listAllTools((params) => this.#peer.request("tools/list", params));
    this.#tools = sharedList(toolsForModels(tools));
    for (const listener of this.#listeners ?? []) listener();
  }
}
