import type { Clock } from "../../protocol/clock.ts";
import { isObject, type JsonObject } from "../../protocol/json.ts";
import { RPC_CODES } from "../../protocol/json-rpc.ts";
import type { Log } from "../log.ts";
import { ENDPOINT_CODES, type EndpointError, errorText, resultText } from "./errors.ts";
import { withId, writtenId } from "./message-id.ts";
import { binaryError, readFrame, type WireMessage } from "./messages.ts";
import { CLOSE_CODES, type Peer, type PeerHandlers } from "./peer.ts";
import { type PendingCall, PendingCalls } from "./pending-calls.ts";
import { type ListedTool, toolsOnPage } from "./tool-list.ts";

/** The version offered to tools; each answers with the one that it speaks. */
const OFFERED_VERSION = "2025-06-18";
/** Bytes that may wait for a tool that does not read, before calls to it fail. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;
/** More pages and tools than any server has. */
const MAX_PAGES = 64;
const MAX_TOOLS = 1_000;

export interface ToolConnectionOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** ms that a call may take. */
  readonly timeoutMs: number;
  /** The tools are there, or others than before. */
  readonly onTools: () => void;
  /** The tool says something to all callers. */
  readonly onNotification: (message: WireMessage) => void;
  readonly onClose: () => void;
  /** An answer that nobody waits for, or a message that is none. */
  readonly onStray: () => void;
}

/** One MCP server that gives its tools to an agent; the endpoint is its only client. */
export class ToolConnection implements PeerHandlers {
  readonly #peer: Peer;
  readonly #options: ToolConnectionOptions;
  readonly #calls: PendingCalls;
  #tools: readonly ListedTool[] = [];
  #server: JsonObject = {};
  #capabilities: JsonObject = {};
  #reading: "no" | "yes" | "again" = "no";
  /** Whether its tools are known, or will not be. */
  #isReady = false;
  #isOpen = true;

  constructor(peer: Peer, options: ToolConnectionOptions) {
    this.#peer = peer;
    this.#options = options;
    const { clock, timeoutMs } = options;
    this.#calls = new PendingCalls({ clock, timeoutMs, onTimeout: (id) => this.#cancel(id, "timed out") });
  }

  get tools(): readonly ListedTool[] {
    return this.#tools;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get address(): string {
    return this.#peer.address;
  }

  /** What the server calls itself; `tool` while it has not said. */
  get serverName(): string {
    const { name } = this.#server;
    return typeof name === "string" && name !== "" ? name : "tool";
  }

  get pendingCount(): number {
    return this.#calls.size;
  }

  /** Whether the server has said that it knows methods of this kind (`tools`, `resources`, `prompts`, …). */
  can(capability: string): boolean {
    return isObject(this.#capabilities[capability]);
  }

  /** Opens MCP, and reads the tools. */
  start(): void {
    const params = {
      protocolVersion: OFFERED_VERSION,
      capabilities: {},
      clientInfo: { name: "xiaozhi-mcp-endpoint", version: "1.0.0" },
    };
    this.#ask("initialize", params, (result) => {
      const { capabilities, serverInfo } = isObject(result) ? result : {};
      if (isObject(capabilities)) this.#capabilities = capabilities;
      if (isObject(serverInfo)) this.#server = serverInfo;
      this.#peer.send('{"jsonrpc":"2.0","method":"notifications/initialized"}');
      this.#readTools();
    });
  }

  /**
   * Passes a request on, under an id of its own, which is given for `cancel`; undefined when the tool does not read.
   *
   * @param params instead of those of the message
   */
  forward(
    message: WireMessage,
    call: PendingCall,
    params?: (id: number) => JsonObject | undefined,
  ): number | undefined {
    if (this.#peer.unreadBytes > MAX_UNREAD_BYTES) return undefined;
    const id = this.#calls.add(call);
    const changed = params?.(id);
    this.#peer.send(changed ? JSON.stringify({ ...message.value, id, params: changed }) : withId(message, String(id)));
    return id;
  }

  /** Passes a notification on. */
  notify(text: string): void {
    if (this.#peer.unreadBytes <= MAX_UNREAD_BYTES) this.#peer.send(text);
  }

  /** Nobody waits any more for the answer to the request with this id. */
  cancel(id: number, reason: string): void {
    if (this.#calls.take(id)) this.#cancel(id, reason);
  }

  /** Asks whether the tool is still there. */
  probe(): void {
    this.#peer.probe();
  }

  close(reason: string): void {
    this.#peer.close(CLOSE_CODES.goingAway, reason);
    this.onClose();
  }

  onText(text: string): void {
    const content = readFrame(text);
    if (content.kind === "message") this.#accept(content.message);
    else if (content.kind === "batch") for (const message of content.messages) this.#accept(message);
    else this.#refuse(content.error);
  }

  onBinary(byteLength: number): void {
    this.#refuse(binaryError(byteLength));
  }

  onClose(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#isReady = true;
    this.#tools = [];
    this.#options.onClose();
    this.#calls.failAll({ code: ENDPOINT_CODES.toolGone, message: `the tool server ${this.serverName} has left` });
  }

  #refuse(error: EndpointError): void {
    this.#options.onStray();
    this.#peer.send(errorText("null", error));
  }

  #accept(message: WireMessage): void {
    const { method, id } = message.value;
    if (typeof method !== "string") this.#answered(message);
    else if (id === undefined || id === null) this.#notified(method, message);
    // What a server asks of its client (sampling, roots, elicitation) we have not offered.
    else this.#peer.send(this.#answerTo(method, writtenId(message)));
  }

  #answerTo(method: string, id: string): string {
    if (method === "ping") return resultText(id, "{}");
    return errorText(id, { code: RPC_CODES.methodNotFound, message: `the endpoint does not offer ${method}` });
  }

  #answered(message: WireMessage): void {
    const call = this.#calls.take(message.value["id"]);
    if (call) call.answer(message);
    else this.#options.onStray();
  }

  #notified(method: string, message: WireMessage): void {
    if (method === "notifications/tools/list_changed") this.#readTools();
    else if (method === "notifications/progress") this.#progressed(message);
    // It gives up a request of its own, which was answered at once.
    else if (method !== "notifications/cancelled") this.#options.onNotification(message);
  }

  /** The token of our calls is their id. */
  #progressed(message: WireMessage): void {
    const { params } = message.value;
    const call = isObject(params) ? this.#calls.extend(params["progressToken"]) : undefined;
    if (call?.progress) call.progress(message);
    else this.#options.onStray();
  }

  #readTools(): void {
    if (this.#reading === "no") this.#readPage([], undefined);
    else this.#reading = "again";
  }

  #readPage(before: readonly ListedTool[], cursor: string | undefined, page = 1): void {
    if (this.#reading !== "again") this.#reading = "yes";
    this.#ask("tools/list", cursor === undefined ? {} : { cursor }, (result) => {
      const tools = [...before, ...toolsOnPage(result)];
      const next = isObject(result) ? result["nextCursor"] : undefined;
      const hasNext = typeof next === "string" && next !== "" && next !== cursor;
      if (hasNext && page < MAX_PAGES && tools.length < MAX_TOOLS) this.#readPage(tools, next, page + 1);
      else this.#take(tools);
    });
  }

  #take(tools: readonly ListedTool[]): void {
    if (tools.length > MAX_TOOLS) {
      const { log } = this.#options;
      log.warn({ server: this.serverName, tools: tools.length, limit: MAX_TOOLS }, "a tool server has too many tools");
    }
    this.#tools = tools.slice(0, MAX_TOOLS);
    const isStale = this.#reading === "again";
    this.#reading = "no";
    this.#isReady = true;
    this.#options.onTools();
    if (isStale) this.#readTools();
  }

  /** A request of our own; what fails leaves the tools as they are. */
  #ask(method: string, params: JsonObject, onResult: (result: unknown) => void): void {
    const fail = (error: { readonly message?: unknown }) => {
      this.#reading = "no";
      this.#isReady = true;
      if (!this.#isOpen) return;
      const { log, onTools } = this.#options;
      log.warn({ server: this.serverName, address: this.address, method, error: error.message }, "a tool server fails");
      onTools();
    };
    const id = this.#calls.add({
      method,
      fail,
      answer: ({ value }) => (isObject(value["error"]) ? fail(value["error"]) : onResult(value["result"])),
    });
    this.#peer.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
  }

  #cancel(requestId: number, reason: string): void {
    const params = { requestId, reason };
    this.notify(JSON.stringify({ jsonrpc: "2.0", method: "notifications/cancelled", params }));
  }
}
