import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { type Api, ApiError, createApi } from "../../host-server/providers/openai/api.ts";
import { describeFailure } from "../../host-server/providers/openai/endpoint.ts";

/** What was found at an address. */
export interface Found {
  /** As it turned out to be: people leave the `/v1` out. */
  readonly baseUrl: string;
  /** Names of its models; empty when it does not list them. */
  readonly models: readonly string[];
  /** Why it cannot be used. */
  readonly problem?: string;
}

const WAIT_MS = 8_000;

/** Asks an OpenAI-compatible server for its models, which tells whether it is there, and whether it takes the key. */
export async function probe(baseUrl: string, apiKey: string): Promise<Found> {
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol)) {
    return { baseUrl, models: [], problem: `${baseUrl} is no address: http://… or https://…` };
  }
  const bare = baseUrl.replace(/\/+$/, "");
  const first = await ask(bare, apiKey);
  if (first.status !== 404 || /\/v\d/.test(bare)) return first;
  const second = await ask(`${bare}/v1`, apiKey);
  return second.problem === undefined && second.status === undefined ? second : first;
}

async function ask(baseUrl: string, apiKey: string): Promise<Found & { readonly status?: number }> {
  const api: Api = createApi({ baseUrl, apiKey });
  try {
    const { body } = await api.get("/models", AbortSignal.timeout(WAIT_MS));
    return { baseUrl, models: modelsIn(await text(Readable.from(body))) };
  } catch (error) {
    const status = error instanceof ApiError ? error.status : undefined;
    const { code, message } = describeFailure(error, { baseUrl, apiKey, model: "", stage: "llm" });
    // Not every server can list its models: only these answers tell something.
    const isTelling = /-(unauthorized|unreachable|broken|garbled)$/.test(code);
    const problem = isTelling ? withoutKey(message.replace(/ in llm\.\w+\.api_key/, ""), apiKey) : undefined;
    return { baseUrl, models: [], ...(problem && { problem }), ...(status !== undefined && { status }) };
  }
}

/** A text of a server may hold the key that it was sent. */
export function withoutKey(message: string, key: string): string {
  return key.length < 4 ? message : message.replaceAll(key, "…");
}

function modelsIn(body: string): string[] {
  try {
    const { data } = JSON.parse(body) as { data?: unknown };
    const entries = Array.isArray(data) ? data : [];
    return entries.map((entry) => String((entry as { id?: unknown }).id ?? "")).filter((id) => id !== "");
  } catch {
    // A server that answers something else may still take questions; that is tried next.
    return [];
  }
}
