import { isObject } from "../../protocol/json.ts";
import type { Log } from "../log.ts";

/** ms that a source may take. */
const TIMEOUT_MS = 3_000;
const MAX_CHARACTERS = 4_000;

/** A program that knows something about a device: the reference's `context_providers`. */
export interface ContextSource {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * What the sources say about a device, a line for each fact. They answer `{"code": 0, "data": …}` with an object, a list or a
 * value. One that fails is logged and left out.
 */
export async function readContext(
  sources: readonly ContextSource[],
  deviceId: string,
  log: Log,
  get: typeof fetch = fetch,
): Promise<string> {
  const said = await Promise.all(
    sources.map(async ({ url, headers }) => {
      try {
        const signal = AbortSignal.timeout(TIMEOUT_MS);
        const response = await get(url, { headers: { ...headers, "device-id": deviceId }, signal });
        const answer: unknown = await response.json();
        if (!isObject(answer) || answer["code"] !== 0) throw new Error(`${url} gave no data (${response.status})`);
        return linesOf(answer["data"]);
      } catch (error) {
        log.warn({ url, error }, "a context source said nothing");
        return [];
      }
    }),
  );
  return said.flat().join("\n").slice(0, MAX_CHARACTERS);
}

function linesOf(data: unknown): string[] {
  if (data === undefined || data === null || data === "") return [];
  if (Array.isArray(data)) return data.map((item) => `- ${written(item)}`);
  if (isObject(data)) return Object.entries(data).map(([key, value]) => `- **${key}:** ${written(value)}`);
  return [`- ${written(data)}`];
}

function written(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
