import { ProtocolError, shown } from "./errors.ts";
import { frozen } from "./frozen.ts";
import { isObject, type JsonObject } from "./json.ts";

/** Ids of requests. Ours are numbers from 1: a peer relay drops 0. Devices answer numbers only. */
export type JsonRpcId = number | string;

export interface JsonRpcRequest {
  readonly jsonrpc: "2.0";
  readonly id: JsonRpcId;
  readonly method: string;
  readonly params?: JsonObject;
}

export interface JsonRpcNotification {
  readonly jsonrpc: "2.0";
  readonly method: string;
  readonly params?: JsonObject;
}

export interface JsonRpcResult {
  readonly jsonrpc: "2.0";
  readonly id: JsonRpcId;
  readonly result: unknown;
}

export interface JsonRpcErrorObject {
  /** Absent in answers of older devices. */
  readonly code?: number;
  readonly message: string;
  readonly data?: unknown;
}

export interface JsonRpcFailure {
  readonly jsonrpc: "2.0";
  readonly id: JsonRpcId | null;
  readonly error: JsonRpcErrorObject;
}

export type JsonRpcMessage = JsonRpcRequest | JsonRpcNotification | JsonRpcResult | JsonRpcFailure;

/** Error codes of JSON-RPC 2.0 §5.1; `forbidden` lies in the range that it leaves to servers. */
export const RPC_CODES = frozen({
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  forbidden: -32001,
});

/** The error that a peer answered with, or that a request handler throws to answer with. */
export class JsonRpcError extends Error {
  override readonly name = "JsonRpcError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The answer to request `id` that carries a value. */
export function rpcResult(id: JsonRpcId, result: unknown): JsonRpcResult {
  return { jsonrpc: "2.0", id, result };
}

/** The answer to request `id` that says why there is no value. */
export function rpcFailure(id: JsonRpcId | null, code: number, message: string): JsonRpcFailure {
  return { jsonrpc: "2.0", id, error: { code, message } };
}

function isId(value: unknown): value is JsonRpcId {
  return typeof value === "string" || (typeof value === "number" && Number.isFinite(value));
}

function invalid(field: string, expected: string, value: unknown): ProtocolError {
  return new ProtocolError("rpc-invalid", field, `expected ${expected}, got ${shown(value)}`);
}

function parseCall(value: JsonObject): JsonRpcRequest | JsonRpcNotification {
  const { method, params, id } = value;
  if (typeof method !== "string") throw invalid("method", "a string", method);
  if (params !== undefined && !isObject(params)) throw invalid("params", "an object", params);
  const call = { jsonrpc: "2.0" as const, method, ...(params && { params }) };
  if (id === undefined) return call;
  if (!isId(id)) throw invalid("id", "a number or a string", id);
  return { ...call, id };
}

function parseAnswer(value: JsonObject): JsonRpcResult | JsonRpcFailure {
  const { id, error } = value;
  if (error === undefined) {
    if (!isId(id)) throw invalid("id", "a number or a string", id);
    return { jsonrpc: "2.0", id, result: value["result"] };
  }
  if (id !== null && !isId(id)) throw invalid("id", "a number, a string or null", id);
  if (!isObject(error)) throw invalid("error", "an object", error);
  const { code, message, data } = error;
  if (typeof message !== "string") throw invalid("error.message", "a string", message);
  return {
    jsonrpc: "2.0",
    id,
    error: { message, ...(typeof code === "number" && { code }), ...(data !== undefined && { data }) },
  };
}

/**
 * One JSON-RPC 2.0 message. Batches are not part of this protocol.
 *
 * @throws ProtocolError `rpc-invalid`, naming the member and its value
 */
export function parseJsonRpc(value: unknown): JsonRpcMessage {
  if (!isObject(value)) throw invalid("message", "an object", value);
  if (value["jsonrpc"] !== "2.0") throw invalid("jsonrpc", '"2.0"', value["jsonrpc"]);
  if (value["method"] !== undefined) return parseCall(value);
  if (value["result"] !== undefined || value["error"] !== undefined) return parseAnswer(value);
  throw invalid("message", "a method, a result or an error", value);
}
