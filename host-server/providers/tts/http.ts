import { z } from "zod";
import type { TtsError } from "../../errors.ts";
import { socketFailure, stageError } from "../network/socket-failure.ts";
import { defineTts, type ProviderContext } from "../provider.ts";
import type { Speech, Tts } from "../tts.ts";
import { speechOf } from "./sound-stream.ts";

/** Longest part of a server's own words in an error. */
const MAX_REASON_CHARACTERS = 200;
const PLACE = "{text}";

const value = z.union([z.string(), z.number(), z.boolean()]);

const settings = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe("Address of the voice; {text} in it is what is to be said."),
  method: z.enum(["GET", "POST"]).default("POST").describe("How it is asked."),
  headers: z.record(z.string(), z.string()).default({}).describe("Headers, such as Authorization."),
  params: z
    .record(z.string(), value)
    .default({})
    .describe("What is added to the address; {text} is what is to be said."),
  body: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .default({ text: PLACE })
    .describe("What is sent, of POST: a text, or members that become JSON; {text} is what is to be said."),
  sample_rate: z
    .int()
    .min(8_000)
    .max(192_000)
    .default(24_000)
    .describe("Hz of bare samples (16 bits, mono); WAV and MP3 say theirs themselves."),
});

type Settings = z.output<typeof settings>;

/** Any voice that gives sound for a web request: GPT-SoVITS, Fish Speech, a program of one's own. WAV, MP3 or bare samples. */
export const http = defineTts({
  name: "http",
  settings,
  create: (given, context) => new HttpTts(given, context),
});

class HttpTts implements Tts {
  readonly #settings: Settings;
  readonly #context: ProviderContext;

  constructor(given: Settings, context: ProviderContext) {
    this.#settings = given;
    this.#context = context;
  }

  async *speak(text: string, signal: AbortSignal): AsyncIterable<Speech> {
    if (signal.aborted) return;
    // A server's time is real time.
    const release = this.#context.clock.hold();
    try {
      const response = await fetch(...this.#request(text, signal));
      if (!response.ok || !response.body) throw await refusal(this.#settings.url, response);
      yield* speechOf(response.body, this.#settings.sample_rate);
    } catch (cause) {
      if (!signal.aborted) throw socketFailure("tts", this.#settings.url, cause);
    } finally {
      release();
    }
  }

  async close(): Promise<void> {}

  #request(text: string, signal: AbortSignal): [URL, RequestInit] {
    const { url, method, headers, params, body } = this.#settings;
    const address = new URL(
      url.replaceAll(PLACE, encodeURIComponent(text)).replaceAll("%7Btext%7D", encodeURIComponent(text)),
    );
    for (const [name, given] of Object.entries(params)) address.searchParams.set(name, String(filled(given, text)));
    if (method === "GET") return [address, { headers, signal }];
    const isJson = typeof body !== "string";
    const content = isJson ? JSON.stringify(filled(body, text)) : String(filled(body, text));
    const type = isJson ? { "content-type": "application/json" } : {};
    return [address, { method, headers: { ...type, ...headers }, body: content, signal }];
  }
}

/** The template with the text in its place, however deep. */
function filled(template: unknown, text: string): unknown {
  // A function, because a text may hold what replacing takes for a pattern.
  if (typeof template === "string") return template.replaceAll(PLACE, () => text);
  if (Array.isArray(template)) return template.map((item) => filled(item, text));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, item]) => [name, filled(item, text)]));
}

async function refusal(url: string, response: Response): Promise<TtsError> {
  const reason = (await response.text()).slice(0, MAX_REASON_CHARACTERS);
  const isItsFault = response.status >= 500;
  const what =
    response.status === 401 || response.status === 403 ? "unauthorized" : isItsFault ? "server-error" : "refused";
  return stageError("tts", what, `${url} answered ${response.status}: ${reason}`, { retryable: isItsFault });
}
