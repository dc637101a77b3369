import { text } from "node:stream/consumers";
import type OpenAI from "openai";
import { z } from "zod";
import type { Clock } from "../../../protocol/clock.ts";
import { joinSamples } from "../../audio/join.ts";
import { writeWav } from "../../audio/wav.ts";
import { AsrError } from "../../errors.ts";
import type { Asr, AsrContext, Transcript } from "../asr.ts";
import { type Answer, type Api, createApi, formContent } from "../openai/api.ts";
import { checkEndpoint, describeFailure, type Endpoint, endpointSettings, greet } from "../openai/endpoint.ts";
import { defineAsr, type ProviderContext } from "../provider.ts";

const SAMPLE_RATE = 16_000;
/** Servers refuse less than a tenth of a second; there are no words in it either. */
const MIN_SAMPLES = SAMPLE_RATE / 10;

type Request = Omit<OpenAI.Audio.Transcriptions.TranscriptionCreateParamsNonStreaming<"json">, "file">;

const settings = z.strictObject({
  ...endpointSettings,
  model: z.string().min(1).default("whisper-1").describe("Name of the recogniser's model"),
  language: z.string().default("").describe("Language of what is said, as en or zh; found by the server when empty"),
  prompt: z.string().default("").describe("Words that it should expect"),
  extra_body: z.record(z.string(), z.string()).default({}).describe("More fields for every request"),
});

/** Any recogniser behind an OpenAI-compatible server (`/audio/transcriptions`). It hears an utterance once it has ended. */
export const openai = defineAsr({
  name: "openai",
  settings,
  create: (given, context) => new OpenAiAsr(given, context),
});

class OpenAiAsr implements Asr {
  readonly #endpoint: Endpoint;
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #log: ProviderContext["log"];
  readonly #request: Request;

  constructor(given: z.output<typeof settings>, { clock, log }: ProviderContext) {
    const { base_url, api_key, model, language, prompt, extra_body } = given;
    this.#endpoint = { baseUrl: base_url, apiKey: api_key, model, stage: "asr" };
    this.#api = createApi(this.#endpoint);
    this.#clock = clock;
    this.#log = log;
    this.#request = {
      model,
      response_format: "json",
      ...(language && { language }),
      ...(prompt && { prompt }),
      ...extra_body,
    };
  }

  /** Nobody waits for this: a server that is down now may be up when somebody speaks. */
  async warmUp(): Promise<void> {
    void greet(this.#api, this.#endpoint, this.#log);
  }

  check(): Promise<void> {
    return checkEndpoint(this.#api, this.#endpoint);
  }

  async *transcribe(
    frames: AsyncIterable<Int16Array>,
    _context: AsrContext,
    signal: AbortSignal,
  ): AsyncIterable<Transcript> {
    const pieces: Int16Array[] = [];
    for await (const frame of frames) pieces.push(frame);
    if (signal.aborted) return;
    const pcm = joinSamples(pieces);
    const text = pcm.length < MIN_SAMPLES ? "" : await this.#ask(pcm, signal);
    if (!signal.aborted) yield { text, final: true };
  }

  async close(): Promise<void> {}

  async #ask(pcm: Int16Array, signal: AbortSignal): Promise<string> {
    // A server's time is real time.
    const release = this.#clock.hold();
    try {
      const answer = await this.#api.post("/audio/transcriptions", await formContent(this.#form(pcm)), signal);
      const text = await textOf(answer);
      if (typeof text === "string") return text.trim();
      throw new AsrError("asr-garbled", `${this.#endpoint.baseUrl} gave no text`);
    } catch (cause) {
      if (signal.aborted) return "";
      if (cause instanceof AsrError) throw cause;
      const { code, message, retryable } = describeFailure(cause, this.#endpoint);
      throw new AsrError(code, message, { cause, retryable });
    } finally {
      release();
    }
  }

  #form(pcm: Int16Array): FormData {
    const form = new FormData();
    for (const [name, value] of Object.entries(this.#request)) form.append(name, String(value));
    const wav = writeWav({ pcm, sampleRate: SAMPLE_RATE, channels: 1 });
    form.append("file", new Blob([new Uint8Array(wav)], { type: "audio/wav" }), "utterance.wav");
    return form;
  }
}

/** Servers that were asked for JSON and give bare text are read, too. @throws SyntaxError */
async function textOf({ type, body }: Answer): Promise<unknown> {
  const answer = await text(body);
  return type.includes("json") ? JSON.parse(answer)?.text : answer;
}
