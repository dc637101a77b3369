import { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { z } from "zod";
import { isObject } from "../../../protocol/json.ts";
import { LlmError } from "../../errors.ts";
import { type Api, createApi, jsonContent, reasonOf } from "../openai/api.ts";
import { describeFailure, type Endpoint, endpointSettings } from "../openai/endpoint.ts";
import { withoutThinking } from "../openai/thinking.ts";
import { defineVllm, type ProviderContext } from "../provider.ts";
import type { Picture, Vllm } from "../vllm.ts";

const INSTRUCTION =
  "Your answer is spoken aloud: two or three sentences, without lists or emoji, in the language of the question.";

const settings = z.strictObject({
  ...endpointSettings,
  model: z.string().min(1).describe("Name of a model that takes pictures: qwen-vl-plus, glm-4v-flash, gpt-4.1-mini"),
  temperature: z.number().min(0).max(2).optional().describe("How freely it speaks; the server's default"),
  max_tokens: z.int().positive().default(500).describe("Longest answer in tokens"),
  detail: z
    .enum(["auto", "low", "high"])
    .optional()
    .describe("How closely the picture is looked at, where one can say so"),
  extra_body: z.record(z.string(), z.unknown()).default({}).describe("More members for every request"),
});

type Settings = z.output<typeof settings>;

/** Any model with eyes behind an OpenAI-compatible server. */
export const openai = defineVllm({
  name: "openai",
  settings,
  create: (given, context) => new OpenAiVllm(given, context),
});

class OpenAiVllm implements Vllm {
  readonly #settings: Settings;
  readonly #clock: ProviderContext["clock"];
  readonly #endpoint: Endpoint;
  readonly #api: Api;

  constructor(given: Settings, { clock }: ProviderContext) {
    this.#settings = given;
    this.#clock = clock;
    this.#endpoint = { baseUrl: given.base_url, apiKey: given.api_key, model: given.model, stage: "vllm" };
    this.#api = createApi(this.#endpoint);
  }

  async explain(picture: Picture, question: string, signal: AbortSignal): Promise<string> {
    // A server's time is real time.
    const release = this.#clock.hold();
    try {
      const content = jsonContent(this.#request(picture, question));
      const { body } = await this.#api.post("/chat/completions", content, signal);
      return textOf(await json(Readable.from(body)), this.#endpoint);
    } catch (cause) {
      if (signal.aborted || cause instanceof LlmError) throw cause;
      const { code, message, retryable } = describeFailure(cause, this.#endpoint);
      throw new LlmError(code, message, { cause, retryable });
    } finally {
      release();
    }
  }

  async close(): Promise<void> {}

  #request({ type, bytes }: Picture, question: string): object {
    const { base_url, model, temperature, max_tokens, detail, extra_body } = this.#settings;
    const url = `data:${type};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64")}`;
    return {
      model,
      max_tokens,
      ...(temperature !== undefined && { temperature }),
      ...withoutThinking(base_url, model),
      ...extra_body,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: `${question}\n${INSTRUCTION}` },
            { type: "image_url", image_url: { url, ...(detail && { detail }) } },
          ],
        },
      ],
    };
  }
}

/** @throws LlmError when there is no answer in it */
function textOf(answer: unknown, { baseUrl }: Endpoint): string {
  const [choice] = isObject(answer) && Array.isArray(answer["choices"]) ? answer["choices"] : [];
  const message = isObject(choice) ? choice["message"] : undefined;
  const text = isObject(message) ? message["content"] : undefined;
  if (typeof text === "string" && text.trim() !== "") return text.replace(/^[\s\S]*<\/think>/, "").trim();
  const reason = isObject(answer) ? reasonOf(answer["error"]) : undefined;
  throw new LlmError("vllm-empty", `${baseUrl} gave no answer${reason === undefined ? "" : `: ${reason}`}`);
}
