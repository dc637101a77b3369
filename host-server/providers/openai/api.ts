import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  type RequestOptions,
  request as requestHttp,
} from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";
import { urlToHttpOptions } from "node:url";

/** ms that an unused connection is kept: a new one costs a TLS handshake, which the user would wait for. */
const KEEP_ALIVE_MS = 55_000;
/** ms for what follows the end of an answer: read to its end, the connection serves the next request. */
const DRAIN_MS = 1_000;

/** What is sent with a request. */
export interface Content {
  readonly type: string;
  readonly bytes: string | Uint8Array;
}

/** A server's answer, as it streams in. */
export interface Answer {
  /** What it says that it is: `application/json`; empty when it says nothing. */
  readonly type: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** A server that was asked and refuses, or fails. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status; undefined for an error in the middle of an answer. */
  readonly status: number | undefined;

  constructor(status: number | undefined, reason: string) {
    super(status === undefined ? reason : `${status} ${reason}`);
    this.status = status;
  }
}

/** The requests that OpenAI-compatible servers take. `path` begins with a slash and follows the base address. */
export interface Api {
  /** @throws ApiError when the server refuses, and the error of a connection that breaks */
  post(path: string, content: Content, signal: AbortSignal): Promise<Answer>;
  /** @throws as `post` */
  get(path: string, signal: AbortSignal): Promise<Answer>;
}

export function jsonContent(value: object): Content {
  return { type: "application/json", bytes: JSON.stringify(value) };
}

/** A form with its files written out. */
export async function formContent(form: FormData): Promise<Content> {
  const packed = new Response(form);
  return { type: packed.headers.get("content-type") ?? "", bytes: new Uint8Array(await packed.arrayBuffer()) };
}

/**
 * The server at this address, over Node's own HTTP client and connections that last: requests are part of a turn, and each
 * takes a third of the time that general clients need for it. Neither retries nor gives up by itself; that is for those who
 * know what waits for it. Redirects are not followed.
 */
export function createApi({ baseUrl, apiKey }: { readonly baseUrl: string; readonly apiKey: string }): Api {
  const url = new URL(baseUrl);
  const isSecure = url.protocol === "https:";
  const options = { keepAlive: true, timeout: KEEP_ALIVE_MS, proxyEnv: process.env };
  const address: RequestOptions = {
    ...urlToHttpOptions(url),
    agent: isSecure ? new HttpsAgent(options) : new HttpAgent(options),
  };
  const prefix = url.pathname.replace(/\/+$/, "");
  // Without a key nothing is sent: some servers refuse one that they do not know.
  const known = { "user-agent": "xiaozhi-xs", ...(apiKey !== "" && { authorization: `Bearer ${apiKey}` }) };
  const send = isSecure ? requestHttps : requestHttp;
  const open = (path: string, method: string, headers: Record<string, string | number>) =>
    send({ ...address, path: prefix + path, method, headers: { ...known, ...headers } });
  return {
    post: (path, { type, bytes }, signal) => {
      const headers = { "content-type": type, "content-length": Buffer.byteLength(bytes) };
      return answerOf(() => open(path, "POST", headers), signal, bytes);
    },
    get: (path, signal) => answerOf(() => open(path, "GET", {}), signal),
  };
}

async function answerOf(open: () => ClientRequest, signal: AbortSignal, bytes?: string | Uint8Array): Promise<Answer> {
  signal.throwIfAborted();
  const request = open();
  const stop = () => request.destroy();
  signal.addEventListener("abort", stop, { once: true });
  request.once("close", () => signal.removeEventListener("abort", stop));
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on("error", reject);
    request.once("response", resolve);
    request.end(bytes);
  });
  // Somebody may let go of the answer before reading it: a connection that breaks then is nobody's loss.
  response.on("error", () => {});
  const { statusCode: status = 0, headers } = response;
  if (status < 200 || status > 299) throw new ApiError(status, reasonIn(await text(response)));
  return { type: headers["content-type"] ?? "", body: bytesOf(response) };
}

/** The bytes of an answer. Who stops reading leaves the rest to be read away. */
async function* bytesOf(response: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* response.iterator({ destroyOnReturn: false });
  } finally {
    if (!response.readableEnded && !response.destroyed) drain(response);
  }
}

function drain(response: IncomingMessage): void {
  const timer = setTimeout(() => response.destroy(), DRAIN_MS);
  response.once("close", () => clearTimeout(timer));
  response.resume();
}

/** What a refusal says: most servers wrap it in JSON, some in two layers. */
function reasonIn(body: string): string {
  if (body === "") return "status code (no body)";
  try {
    return reasonOf(JSON.parse(body)?.error) ?? body;
  } catch {
    // Not all speak JSON when they fail.
    return body;
  }
}

/** The words in the member `error` of what a server says; undefined when it has none. */
export function reasonOf(error: unknown): string | undefined {
  if (error === undefined || error === null) return undefined;
  if (typeof error === "string") return error;
  const { message } = error as { message?: unknown };
  return typeof message === "string" ? message : JSON.stringify(message ?? error);
}
