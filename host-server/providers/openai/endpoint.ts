import type OpenAI from "openai";
import { z } from "zod";
import type { ProviderLog } from "../provider.ts";
import { createNodeFetch } from "./node-fetch.ts";

/** Longest part of a server's own words in an error. */
const MAX_REASON_CHARACTERS = 200;

/** Settings that all stages have which ask an OpenAI-compatible server. */
export const endpointSettings = {
  base_url: z
    .url({ protocol: /^https?$/ })
    .default("https://api.openai.com/v1")
    .describe("Address of the server, as far as its requests have it in common: it mostly ends with /v1"),
  api_key: z.string().default("").describe("Key; a server of one's own mostly needs none"),
};

/** What a stage asks. */
export interface Endpoint {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  /** Name of the stage in the configuration: `llm`. */
  readonly stage: "asr" | "llm" | "tts";
}

/** A failed request: what goes into the error of a stage. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** Whether the same request may succeed when repeated. */
  readonly retryable: boolean;
}

/** Gives the client, the same each time; the first call loads its library. */
export type Client = () => Promise<OpenAI>;

/** A client for this endpoint. It neither retries nor gives up by itself: that is for those who know what waits for it. */
export function createClient(endpoint: Endpoint, fetch = createNodeFetch()): Client {
  let client: Promise<OpenAI> | undefined;
  return () => {
    client ??= open(endpoint, fetch);
    return client;
  };
}

/** The library takes 35 MB and a third of a second, which a server without such stages shall not pay. */
async function open({ baseUrl, apiKey }: Endpoint, fetch: typeof globalThis.fetch): Promise<OpenAI> {
  const { OpenAI } = await import("openai");
  return new OpenAI({
    baseURL: baseUrl,
    apiKey: apiKey || "none",
    // Without a key nothing is sent: some servers refuse one that they do not know.
    ...(apiKey === "" && { defaultHeaders: { Authorization: null } }),
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: 2 ** 31 - 1,
    fetch,
    logLevel: "off",
  });
}

/**
 * Opens a connection ahead of the first turn, and says in the log when the server cannot be reached or refuses the key.
 * Not every server can list its models, so that other answers mean nothing.
 */
export async function greet(client: Client, endpoint: Endpoint, log: ProviderLog): Promise<void> {
  try {
    const { models } = await client();
    await models.list({ timeout: 5_000 });
  } catch (error) {
    const failure = describeFailure(error, endpoint);
    if (/-(unauthorized|unreachable)$/.test(failure.code)) log.warn({ reason: failure.message }, "no model yet");
  }
}

/** Names what went wrong with a request: which server, and what of the configuration to look at. */
export function describeFailure(error: unknown, endpoint: Endpoint): Failure {
  const { baseUrl, model, stage } = endpoint;
  const failure = (what: string, message: string, retryable = false): Failure => ({
    code: `${stage}-${what}`,
    message: `${baseUrl} ${message}`,
    retryable,
  });
  const reason = reasonOf(error);
  const status = statusOf(error);
  if (status !== undefined) {
    if (status === 401 || status === 403)
      return failure("unauthorized", `refused the key in ${stage}.openai.api_key: ${reason}`);
    if (status === 404) return failure("not-found", `does not know the model "${model}", or the address: ${reason}`);
    if (status === 429) return failure("overloaded", `takes no more requests for now: ${reason}`);
    if (status === 408 || status === 409 || status >= 500) return failure("server-error", `failed: ${reason}`, true);
    return failure("refused", `refused the request for model "${model}": ${reason}`);
  }
  const code = socketCode(error);
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "ENETUNREACH") {
    return failure("unreachable", `cannot be reached (${code})`);
  }
  if (error instanceof SyntaxError) return failure("garbled", "sent what is no JSON");
  return failure("broken", `broke off: ${code ?? reason}`, true);
}

/** The HTTP status of a refusal. */
function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : undefined;
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.length > MAX_REASON_CHARACTERS ? `${text.slice(0, MAX_REASON_CHARACTERS)}…` : text;
}

/** The operating system's code of a broken connection, which lies at the end of a chain of causes. */
function socketCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string" && /^E[A-Z_]+$/.test(cause.code)) return cause.code;
    // A name with several addresses, all of which failed.
    if (cause instanceof AggregateError) return socketCode(cause.errors[0]);
  }
  return undefined;
}
