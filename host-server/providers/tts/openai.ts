import type OpenAI from "openai";
import { z } from "zod";
import type { Clock } from "../../../protocol/clock.ts";
import { TtsError } from "../../errors.ts";
import { type Api, createApi, jsonContent } from "../openai/api.ts";
import { checkEndpoint, describeFailure, type Endpoint, endpointSettings, greet } from "../openai/endpoint.ts";
import { defineTts, type ProviderContext } from "../provider.ts";
import type { Speech, Tts } from "../tts.ts";
import { PcmStream } from "./pcm-stream.ts";

type Request = OpenAI.Audio.Speech.SpeechCreateParams;

const settings = z.strictObject({
  ...endpointSettings,
  model: z.string().min(1).default("gpt-4o-mini-tts").describe("Name of the voice's model"),
  voice: z.string().min(1).default("alloy").describe("Name of the voice"),
  speed: z.number().min(0.25).max(4).optional().describe("How fast it speaks; the server's default"),
  response_format: z.enum(["pcm", "wav"]).default("pcm").describe("What is asked for; pcm is bare samples"),
  sample_rate: z.int().min(8_000).max(192_000).default(24_000).describe("Hz of bare samples"),
  extra_body: z.record(z.string(), z.unknown()).default({}).describe("More members for every request"),
});

/** Any voice behind an OpenAI-compatible server (`/audio/speech`), heard while it streams in. */
export const openai = defineTts({
  name: "openai",
  settings,
  create: (given, context) => new OpenAiTts(given, context),
});

class OpenAiTts implements Tts {
  readonly #endpoint: Endpoint;
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #log: ProviderContext["log"];
  readonly #sampleRate: number;
  readonly #request: Omit<Request, "input">;

  constructor(given: z.output<typeof settings>, { clock, log }: ProviderContext) {
    const { base_url, api_key, model, voice, speed, response_format, sample_rate, extra_body } = given;
    this.#endpoint = { baseUrl: base_url, apiKey: api_key, model, stage: "tts" };
    this.#api = createApi(this.#endpoint);
    this.#clock = clock;
    this.#log = log;
    this.#sampleRate = sample_rate;
    this.#request = { model, voice, response_format, ...(speed !== undefined && { speed }), ...extra_body };
  }

  /** Nobody waits for this: a server that is down now may be up when somebody speaks. */
  async warmUp(): Promise<void> {
    void greet(this.#api, this.#endpoint, this.#log);
  }

  check(): Promise<void> {
    return checkEndpoint(this.#api, this.#endpoint);
  }

  async *speak(text: string, signal: AbortSignal): AsyncIterable<Speech> {
    if (signal.aborted) return;
    // A server's time is real time.
    const release = this.#clock.hold();
    try {
      const request: Request = { ...this.#request, input: text };
      const { body } = await this.#api.post("/audio/speech", jsonContent(request), signal);
      const samples = new PcmStream(this.#sampleRate);
      for await (const bytes of body) {
        const speech = samples.push(bytes);
        if (speech) yield speech;
      }
      samples.end();
    } catch (cause) {
      if (signal.aborted) return;
      if (cause instanceof TtsError) throw cause;
      const { code, message, retryable } = describeFailure(cause, this.#endpoint);
      throw new TtsError(code, message, { cause, retryable });
    } finally {
      release();
    }
  }

  async close(): Promise<void> {}
}
