import { log, reason } from "../modules/system/log.ts";
import { isObject, type JsonObject } from "../protocol/json.ts";
import { JsonRpcError, type JsonRpcMessage, RPC_CODES, rpcFailure, rpcResult } from "../protocol/json-rpc.ts";
import { callResult, initializeResult, readVision, type VisionAccess } from "../protocol/mcp.ts";
import { checkArguments, ToolArgumentError } from "../protocol/tool-schema.ts";
import { RunningCalls } from "./running-calls.ts";
import type { Tool, ToolCall } from "./tool.ts";
import { toolListPage } from "./tool-list.ts";

export interface McpServerOptions {
  /** The board's name. */
  readonly name: string;
  /** Of the firmware. */
  readonly version: string;
  readonly tools: readonly Tool[];
  /** The other side has said where photos are explained. */
  readonly onVision?: (access: VisionAccess) => void;
}

type Reply = (message: JsonRpcMessage) => void;

const MAX_ID = 0x7fffffff;

/** The device's MCP server (protocol 2024-11-05): tells what the device can do, and does it. */
export class McpServer {
  readonly #options: McpServerOptions;
  readonly #running = new RunningCalls();
  /** The other side has asked for the user's tools, as a console does and a model cannot. */
  #isForUser = false;

  constructor(options: McpServerOptions) {
    this.#options = options;
  }

  /** A new connection begins: who is there has not asked for the user's tools yet. */
  begin(): void {
    this.#isForUser = false;
  }

  /**
   * Takes one JSON-RPC message. Requests are answered through `reply`, perhaps later, and not at all once they were
   * cancelled; what is not a request that a device answers is dropped, as every device does, so that two peers never
   * answer each other's answers.
   */
  handle(payload: JsonObject, reply: Reply): void {
    const { jsonrpc, method, params, id } = payload;
    if (jsonrpc !== "2.0" || typeof method !== "string") return;
    if (method.startsWith("notifications")) {
      if (method === "notifications/cancelled" && isObject(params)) this.#running.cancel(params["requestId"]);
      return;
    }
    if (params !== undefined && !isObject(params)) return log.warn("request dropped: params is no object", { method });
    if (typeof id !== "number" || !Number.isInteger(id) || Math.abs(id) > MAX_ID) {
      return log.warn("request dropped: id is no 32-bit number", { method });
    }
    if (method !== "tools/call") return this.#settle(id, this.#answer(method, params), reply);
    const call = this.#running.begin(id, params, reply);
    const answer = (message: JsonRpcMessage) => {
      if (this.#running.end(call)) reply(message);
    };
    this.#settle(id, this.#call(params, call), answer);
  }

  #settle(id: number, work: Promise<unknown>, reply: Reply): void {
    work.then(
      (result) => reply(rpcResult(id, result)),
      (error: unknown) => reply(rpcFailure(id, errorCode(error), reason(error))),
    );
  }

  async #answer(method: string, params: JsonObject | undefined): Promise<unknown> {
    if (method === "initialize") return this.#initialize(params ?? {});
    if (method === "tools/list") return this.#list(params ?? {});
    if (method === "ping") return {};
    throw new JsonRpcError(RPC_CODES.methodNotFound, `Method not implemented: ${method}`);
  }

  #initialize(params: JsonObject): unknown {
    const { name, version, onVision } = this.#options;
    const access = readVision(params);
    if (access) onVision?.(access);
    return initializeResult(name, version);
  }

  #list({ cursor, withUserTools }: JsonObject): unknown {
    if (withUserTools === true) this.#isForUser = true;
    const tools = this.#options.tools.filter(({ audience }) => withUserTools === true || audience !== "user");
    return toolListPage(tools, typeof cursor === "string" ? cursor : undefined);
  }

  async #call(params: JsonObject | undefined, call: ToolCall): Promise<unknown> {
    if (!params) throw new JsonRpcError(RPC_CODES.invalidParams, "Missing params");
    const { name } = params;
    const given = params["arguments"] ?? {};
    if (typeof name !== "string") throw new JsonRpcError(RPC_CODES.invalidParams, "Missing name");
    if (!isObject(given)) throw new JsonRpcError(RPC_CODES.invalidParams, "Invalid arguments");
    const tool = this.#options.tools.find((candidate) => candidate.name === name);
    if (!tool) throw new JsonRpcError(RPC_CODES.methodNotFound, `Unknown tool: ${name}`);
    if (tool.audience === "user" && !tool.isCalledUnlisted && !this.#isForUser) {
      throw new JsonRpcError(RPC_CODES.forbidden, `Tool is for the user only: ${name}`);
    }
    const result = await tool.run(checkArguments(tool.params, given) as never, call);
    log.info("tool called", { tool: name });
    return callResult(result);
  }
}

function errorCode(error: unknown): number {
  if (error instanceof JsonRpcError) return error.code;
  return error instanceof ToolArgumentError ? RPC_CODES.invalidParams : RPC_CODES.internal;
}
