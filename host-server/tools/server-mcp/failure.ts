import { isObject } from "../../../protocol/json.ts";
import type { McpServerSettings } from "./settings.ts";

/** Whether the other side answered, but will not be opened in this way; another way may do. */
export function isRefusal(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status);
  const { code } = fieldsOf(error);
  // An error of JSON-RPC: the server does not know this handshake.
  return typeof code === "number" && code < 0;
}

/** Whether a call failed because the connection is of no more use. */
export function isLoss(error: unknown): boolean {
  const { code, message, name } = fieldsOf(error);
  if (code === "NOT_CONNECTED" || code === "CONNECTION_CLOSED" || isForgottenSession(error)) return true;
  // What `fetch` says when there is no connection, or no longer.
  return name === "TypeError" && /^(fetch failed|terminated)/.test(String(message));
}

/** Whether the stream on which a server speaks by itself has ended for good. */
export function isEndOfStream({ message }: Error): boolean {
  return /^(SSE error:|Maximum reconnection attempts)/.test(message);
}

/** Whether a call surely did not reach the server, so that it may be made again. */
export function isUndelivered(error: unknown): boolean {
  const { code, cause } = fieldsOf(error);
  return code === "NOT_CONNECTED" || isForgottenSession(error) || fieldsOf(cause).code === "ECONNREFUSED";
}

/** A server that was started anew knows none of its earlier sessions: 404, and 400 from some. */
function isForgottenSession(error: unknown): boolean {
  const status = statusOf(error);
  return status === 404 || status === 400;
}

/** Why a server cannot be used, for people. */
export function reasonOf(error: unknown, settings: McpServerSettings): string {
  const { code, cause, message } = fieldsOf(error);
  const where = settings.kind === "program" ? settings.command : settings.url;
  const inner = fieldsOf(cause);
  if (code === "ENOENT") return `the command ${where} was not found`;
  if (inner.code === "ECONNREFUSED") return `nothing answers at ${where}`;
  if (inner.code === "ENOTFOUND") return `the address ${where} is not known`;
  const status = statusOf(error);
  if (status === 401 || status === 403) return `${where} refused the login (HTTP ${status})`;
  if (status !== undefined) return `${where} answered with HTTP ${status}`;
  if (code === "CONNECTION_CLOSED") return `${where} ended before it was open`;
  return String(inner.message ?? message ?? error);
}

interface Fields {
  readonly code?: unknown;
  readonly name?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
}

function fieldsOf(error: unknown): Fields {
  return isObject(error) ? error : {};
}

/** The HTTP status that an error of the client tells of; its transports have three ways to do so. */
function statusOf(error: unknown): number | undefined {
  const { code, message } = fieldsOf(error);
  const { status } = isObject(error) ? error : {};
  if (typeof status === "number") return status;
  if (typeof code === "number" && code >= 100 && code < 600) return code;
  const found = /\(HTTP (\d{3})\)/.exec(String(message));
  return found ? Number(found[1]) : undefined;
}
