import { z } from "zod";
import { StageError } from "../../errors.ts";
import { socketCode } from "../network/socket-failure.ts";
import type { ProviderLog } from "../provider.ts";
import { type Api, ApiError } from "./api.ts";

/** Longest part of a server's own words in an error. */
const MAX_REASON_CHARACTERS = 200;
/** ms that a server has to answer the greeting. */
const GREETING_MS = 5_000;

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
  readonly stage: "asr" | "llm" | "tts" | "vllm";
  /** Name of the provider in the configuration; `openai` unless given. */
  readonly provider?: string;
}

/** A failed request: what goes into the error of a stage. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** Whether the same request may succeed when repeated. */
  readonly retryable: boolean;
}

/**
 * Opens a connection ahead of the first turn, and says in the log when the server cannot be reached or refuses the key.
 * Not every server can list its models, so that other answers mean nothing.
 */
export async function greet(api: Api, endpoint: Endpoint, log: ProviderLog): Promise<void> {
  try {
    await checkEndpoint(api, endpoint);
  } catch (error) {
    log.warn({ reason: (error as Error).message }, "no model yet");
  }
}

/** Asks a server for its models. @throws StageError when it cannot be reached or refuses the key; not every server can tell more */
export async function checkEndpoint(api: Api, endpoint: Endpoint): Promise<void> {
  try {
    const { body } = await api.get("/models", AbortSignal.timeout(GREETING_MS));
    // What is left unread would keep the connection from being used again.
    for await (const _ of body);
  } catch (cause) {
    const { code, message, retryable } = describeFailure(cause, endpoint);
    if (/-(unauthorized|unreachable)$/.test(code)) throw new StageError(code, message, { cause, retryable });
  }
}

/** Names what went wrong with a request: which server, and what of the configuration to look at. */
export function describeFailure(error: unknown, endpoint: Endpoint): Failure {
  const { baseUrl, model, stage, provider = "openai" } = endpoint;
  const failure = (what: string, message: string, retryable = false): Failure => ({
    code: `${stage}-${what}`,
    message: `${baseUrl} ${message}`,
    retryable,
  });
  const reason = reasonOf(error);
  const status = error instanceof ApiError ? error.status : undefined;
  if (status !== undefined) {
    if (status === 401 || status === 403)
      return failure("unauthorized", `refused the key in ${stage}.${provider}.api_key: ${reason}`);
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

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.length > MAX_REASON_CHARACTERS ? `${text.slice(0, MAX_REASON_CHARACTERS)}…` : text;
}
