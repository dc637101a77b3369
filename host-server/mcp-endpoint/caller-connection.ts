import type { Clock } from "../../protocol/clock.ts";
import { isObject, type JsonObject } from "../../protocol/json.ts";
import { RPC_CODES } from "../../protocol/json-rpc.ts";
import type { Agent } from "./agent.ts";
import { ENDPOINT_CODES, type EndpointError, errorText, resultText } from "./errors.ts";
import { type EndedCall, ForwardedCall, type Forwarder, type Reply, type Request } from "./forwarded-call.ts";
import { writtenId } from "./message-id.ts";
import { binaryError, calledTool, readFrame, type WireMessage } from "./messages.ts";
import { CLOSE_CODES, type Peer, type PeerHandlers } from "./peer.ts";
import type { ToolConnection } from "./tool-connection.ts";

/** Versions of MCP whose messages pass; the newest is offered to who asks for another. */
const VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] as const;
/** Bytes that may wait for a caller that does not read. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

export interface CallerOptions {
  readonly clock: Clock;
  /** Requests that may wait at once. */
  readonly maxCalls: number;
  readonly onCall: (call: EndedCall) => void;
  readonly onClose: () => void;
}

/** A request that a tool has: what cancels it. */
interface UnderWay {
  readonly connection: ToolConnection;
  readonly id: number;
}

/** One assistant that uses an agent's tools; to it the endpoint is an MCP server. */
export class CallerConnection implements PeerHandlers, Forwarder {
  readonly #peer: Peer;
  readonly #agent: Agent;
  readonly #options: CallerOptions;
  readonly #underWay = new Map<string, UnderWay>();
  readonly #reply: Reply = (text) => this.#send(text);
  #isOpen = true;

  constructor(peer: Peer, agent: Agent, options: CallerOptions) {
    this.#peer = peer;
    this.#agent = agent;
    this.#options = options;
  }

  /** Tells the caller something that it has not asked for. */
  notify(text: string): void {
    this.#send(text);
  }

  ended({ id, tool, startedAt }: ForwardedCall, outcome: EndedCall["outcome"]): void {
    this.#underWay.delete(id);
    if (tool !== undefined) this.#options.onCall({ tool, ms: this.#options.clock.now() - startedAt, outcome });
  }

  close(reason: string): void {
    this.#peer.close(CLOSE_CODES.goingAway, reason);
    this.onClose();
  }

  onText(text: string): void {
    const content = readFrame(text);
    if (content.kind === "message") this.#accept(content.message, this.#reply);
    else if (content.kind === "batch") this.#acceptAll(content.messages);
    else this.#send(errorText("null", content.error));
  }

  onBinary(byteLength: number): void {
    this.#send(errorText("null", binaryError(byteLength)));
  }

  /** Calls under way are given up. */
  onClose(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#options.onClose();
    for (const { connection, id } of this.#underWay.values()) connection.cancel(id, "the caller has left");
    this.#underWay.clear();
  }

  #send(text: string): void {
    if (!this.#isOpen) return;
    if (this.#peer.unreadBytes <= MAX_UNREAD_BYTES) this.#peer.send(text);
    else {
      this.#peer.close(CLOSE_CODES.tryAgainLater, "the caller does not read");
      this.onClose();
    }
  }

  /** The answers to a batch come as one, once the last is there (JSON-RPC 2.0 §6). */
  #acceptAll(messages: readonly WireMessage[]): void {
    let left = messages.filter(isRequest).length;
    const replies: string[] = [];
    for (const message of messages) {
      this.#accept(message, (reply) => {
        replies.push(reply);
        if (--left === 0) this.#send(`[${replies.join(",")}]`);
      });
    }
  }

  #accept(message: WireMessage, reply: Reply): void {
    const { method, params } = message.value;
    if (isRequest(message)) {
      const id = writtenId(message);
      if (typeof method === "string") this.#request({ method, message, id, reply });
      else reply(errorText(id, { code: RPC_CODES.invalidRequest, message: "expected a method" }));
    } else if (method === "notifications/cancelled") this.#cancel(isObject(params) ? params : {});
    // Opening is our own business; the rest concerns the servers.
    else if (typeof method === "string" && method !== "notifications/initialized") this.#agent.broadcast(message.text);
  }

  #request(request: Request): void {
    const { method, message, id, reply } = request;
    if (method === "initialize") reply(resultText(id, JSON.stringify(this.#opening(message.value["params"]))));
    else if (method === "ping") reply(resultText(id, "{}"));
    else if (method === "logging/setLevel") {
      this.#agent.setLogLevel(message.value["params"]);
      reply(resultText(id, "{}"));
    } else if (!this.#agent.hasTools) reply(errorText(id, this.#noTool()));
    else this.#agent.whenReady(() => this.#requestReady(request));
  }

  #requestReady(request: Request): void {
    const { method, message, id, reply } = request;
    if (method === "tools/list") return reply(resultText(id, this.#agent.merged.result));
    if (this.#underWay.size >= this.#options.maxCalls) {
      const text = `${this.#options.maxCalls} requests are under way already`;
      return reply(errorText(id, { code: ENDPOINT_CODES.busy, message: text }));
    }
    if (method === "tools/call") return this.#callTool(request);
    const connection = this.#agent.serverFor(method);
    if (connection) return this.#forward(connection, request, undefined);
    const text = `no connected tool server knows ${method}`;
    reply(errorText(id, { code: RPC_CODES.methodNotFound, message: text, data: message.value["method"] }));
  }

  #callTool(request: Request): void {
    const { message, id, reply } = request;
    const params = isObject(message.value["params"]) ? message.value["params"] : {};
    const name = calledTool(params);
    const owner = this.#agent.ownerOf(name);
    if (!owner) return reply(errorText(id, { code: RPC_CODES.invalidParams, message: `there is no tool ${name}` }));
    const isRenamed = owner.name !== name;
    const meta = isObject(params["_meta"]) ? params["_meta"] : {};
    const hasToken = meta["progressToken"] !== undefined;
    // Most calls pass byte for byte.
    if (!isRenamed && !hasToken) return this.#forward(owner.connection, request, undefined);
    this.#forward(owner.connection, request, (ownId) => ({
      ...params,
      name: owner.name,
      ...(hasToken && { _meta: { ...meta, progressToken: ownId } }),
    }));
  }

  #forward(connection: ToolConnection, request: Request, params: ((id: number) => JsonObject) | undefined): void {
    const call = new ForwardedCall(request, this.#options.clock.now(), this);
    const ownId = connection.forward(request.message, call, params);
    if (ownId !== undefined) this.#underWay.set(request.id, { connection, id: ownId });
    else
      call.fail({ code: ENDPOINT_CODES.toolGone, message: `the tool server ${connection.serverName} does not read` });
  }

  #cancel({ requestId, reason }: JsonObject): void {
    const key = JSON.stringify(requestId) ?? "";
    const underWay = this.#underWay.get(key);
    if (!underWay) return;
    this.#underWay.delete(key);
    underWay.connection.cancel(underWay.id, typeof reason === "string" ? reason : "cancelled by the caller");
  }

  /** Result of `initialize`. */
  #opening(params: unknown): JsonObject {
    const wanted = isObject(params) ? params["protocolVersion"] : undefined;
    return {
      protocolVersion: VERSIONS.find((version) => version === wanted) ?? VERSIONS[0],
      capabilities: this.#agent.capabilities(),
      serverInfo: { name: "xiaozhi-mcp-endpoint", version: "1.0.0" },
    };
  }

  #noTool(): EndpointError {
    const data = { agent_id: this.#agent.id, details: "connect an MCP server to this agent's endpoint address" };
    return { code: ENDPOINT_CODES.noTool, message: "no tool is connected", data };
  }
}

function isRequest({ value }: WireMessage): boolean {
  return value["id"] !== undefined && value["id"] !== null;
}
