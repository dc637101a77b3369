import type { Refusal } from "../../host-server/console/contract/common.ts";
import { waiting } from "./waiting.ts";

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** What the server answered when it refused, in its words. `status` 0: it did not answer at all. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;

  constructor(status: number, { code, message, field }: Refusal) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** Heard on `window` when the server knows no longer who this is. */
export const LOGIN_LOST = "xiaozhi:login-lost";

/** What may be asked without a login: a refusal tells nothing there. */
const WITHOUT_LOGIN = /^(auth\/|me$|setup$)/;

/**
 * Asks the server. How much is being asked shows in `waiting`.
 *
 *
 * @param body what is sent as JSON; a `Blob` goes as it is
 * @throws RequestError when it refuses or does not answer
 */
export function request<Answer>(method: Method, path: string, body?: unknown): Promise<Answer> {
  return waiting.during(ask<Answer>(method, path, body));
}

async function ask<Answer>(method: Method, path: string, body: unknown): Promise<Answer> {
  const isFile = body instanceof Blob;
  const type = isFile ? "application/octet-stream" : "application/json";
  const response = await fetch(`/api/${path}`, {
    method,
    credentials: "same-origin",
    ...(body !== undefined && { body: isFile ? body : JSON.stringify(body), headers: { "Content-Type": type } }),
  }).catch((error: unknown) => {
    throw new RequestError(0, { code: "unreachable", message: String(error) });
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.status === 401 && !WITHOUT_LOGIN.test(path)) dispatchEvent(new Event(LOGIN_LOST));
  if (!response.ok) throw refused(response, answer);
  return answer as Answer;
}

function refused(response: Response, answer: unknown): RequestError {
  const { code, message, field, error } = (answer ?? {}) as Partial<Refusal> & { error?: string };
  return new RequestError(response.status, {
    code: code ?? `http-${response.status}`,
    message: message ?? error ?? response.statusText,
    ...(field !== undefined && { field }),
  });
}

/** Members as the query of an address; what is empty stays out. */
export function queryOf(values: { readonly [key: string]: unknown }): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "") query.set(key, String(value));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
