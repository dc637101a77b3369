import type { Clock } from "../../protocol/clock.ts";
import { AppError, ToolError } from "../errors.ts";
import { createOutwardFetch, type OutwardFetch, type OutwardRequest } from "../outward/outward-fetch.ts";

/** ms that a site may take, unless a request says otherwise: the user waits. */
const TIMEOUT_MS = 8_000;
/** Longest answer that is read; a page or a list that is longer is not meant for this. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Of what a site says when it refuses, so much is passed on. */
const REASON_CHARACTERS = 160;

/** A question to a site. */
export interface WebRequest {
  /** What follows `?` in the address; members that are undefined or empty are left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, by POST. */
  readonly body?: object;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  /** The address was not configured: it came from a page, a model or a user, and leads to the internet alone. */
  readonly isGiven?: boolean;
}

/** The web, as plugins read it: in time, of bounded length, and with failures that a model can speak about. */
export interface Web {
  /** @throws ToolError `web-refused`, `web-unreachable`, `web-timeout`, `web-garbled`, naming the site */
  json(url: string, request: WebRequest): Promise<unknown>;
  /** @throws as `json` does */
  text(url: string, request: WebRequest): Promise<string>;
}

export interface WebOptions {
  readonly clock: Clock;
  /** In place of the platform's: for tests. */
  readonly fetch?: typeof globalThis.fetch;
}

/** The web as this computer reaches it. */
export function createWeb({ clock, fetch }: WebOptions): Web {
  const send: OutwardFetch = fetch ?? createOutwardFetch();
  const text: Web["text"] = async (url, request) => {
    const address = addressOf(url, request.query);
    const site = address.host;
    const { timeoutMs = TIMEOUT_MS } = request;
    const late = new AbortController();
    const cancel = clock.schedule(timeoutMs, () => {
      late.abort(new ToolError("web-timeout", `${site} gave no answer within ${timeoutMs / 1000} s`));
    });
    try {
      const signal = AbortSignal.any([request.signal, late.signal]);
      const response = await send(address, initOf(request, signal), request.isGiven ? "given" : "configured");
      const body = await bodyOf(response, site);
      if (!response.ok)
        throw new ToolError("web-refused", `${site} answered ${response.status} ${reasonIn(body)}`.trim());
      return body;
    } catch (error) {
      request.signal.throwIfAborted();
      late.signal.throwIfAborted();
      if (error instanceof ToolError) throw error;
      if (error instanceof AppError) throw new ToolError("web-address", `${site}: ${error.message}`, { cause: error });
      throw new ToolError("web-unreachable", `${site} cannot be reached: ${causeOf(error)}`, { cause: error });
    } finally {
      cancel();
    }
  };
  const json: Web["json"] = async (url, request) => {
    const body = await text(url, request);
    try {
      return JSON.parse(body) as unknown;
    } catch (cause) {
      const site = new URL(url).host;
      throw new ToolError("web-garbled", `${site}: expected JSON, got "${body.slice(0, 40)}"`, { cause });
    }
  };
  return { text, json };
}

/** @throws ToolError `web-address` for what is no address */
function addressOf(url: string, query: WebRequest["query"] = {}): URL {
  if (!URL.canParse(url)) throw new ToolError("web-address", `"${url.slice(0, 80)}" is no address`);
  const address = new URL(url);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") address.searchParams.set(name, String(value));
  }
  return address;
}

function initOf({ headers, body }: WebRequest, signal: AbortSignal): OutwardRequest {
  const known = { "User-Agent": "xiaozhi-xs", ...headers };
  if (!body) return { headers: known, signal };
  return {
    method: "POST",
    headers: { ...known, "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  };
}

async function bodyOf(response: Response, site: string): Promise<string> {
  const decoder = new TextDecoder(charsetOf(response.headers.get("content-type") ?? ""));
  let text = "";
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.byteLength;
    if (bytes > MAX_BYTES) throw new ToolError("web-garbled", `${site}: expected at most ${MAX_BYTES} bytes`);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/** Chinese sites may still write GB2312; one that names what nobody knows is read as UTF-8. */
function charsetOf(contentType: string): string {
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).encoding;
  } catch {
    // no such character set
    return "utf-8";
  }
}

/** What a refusal says in words: the member of JSON that most sites have for it, else the beginning of the text. */
function reasonIn(body: string): string {
  try {
    const { error, message, detail, reason } = JSON.parse(body) as Record<string, unknown>;
    const inner = (error as { message?: unknown } | undefined)?.message;
    const said = [inner, error, message, detail, reason].find((text) => typeof text === "string");
    return String(said ?? "").slice(0, REASON_CHARACTERS);
  } catch {
    // a page: its markup is nothing to be said aloud
    return body.trimStart().startsWith("<") ? "" : body.trim().slice(0, REASON_CHARACTERS);
  }
}

function causeOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}
