import { z } from "zod";
import type { Llm, LlmEvent, Message, Talker, ToolSpec } from "../llm.ts";
import { defineLlm, type ProviderContext } from "../provider.ts";
import { OpenAiLlm, openAiSettings } from "./openai.ts";
import { nextWords } from "./own-history.ts";

const NAME = "fastgpt";

const settings = z.strictObject({
  base_url: z
    .url({ protocol: /^https?$/ })
    .default("https://api.fastgpt.in/api/v1")
    .describe("Address of FastGPT's API; it ends with /api/v1"),
  api_key: z.string().min(1).describe("Key of the app"),
  variables: z.record(z.string(), z.unknown()).default({}).describe("Variables of the app"),
  tools: z.boolean().default(false).describe("Whether the app is told of the device's and this server's tools"),
});

type Settings = z.output<typeof settings>;

/** An app in FastGPT: OpenAI's wire, but it has its own prompt and keeps the conversation itself. */
export const fastGpt = defineLlm({
  name: NAME,
  settings,
  create: (given, context) => new FastGptLlm(given, context),
});

class FastGptLlm implements Llm {
  readonly keepsHistory = true;
  readonly #settings: Settings;
  readonly #context: ProviderContext;
  readonly #model: OpenAiLlm;
  #hasBegun = false;

  /** `chatId` is that of the conversation; without one the app keeps nothing. */
  constructor(given: Settings, context: ProviderContext, chatId?: string) {
    const { base_url, api_key, variables } = given;
    this.#settings = given;
    this.#context = context;
    const extra_body = { detail: false, variables, ...(chatId && { chatId }) };
    const model = openAiSettings.parse({ base_url, api_key, model: NAME, extra_body });
    this.#model = new OpenAiLlm(model, context, { provider: NAME });
  }

  converse({ sessionId }: Talker): Llm {
    return new FastGptLlm(this.#settings, this.#context, sessionId);
  }

  async *reply(messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal): AsyncIterable<LlmEvent> {
    const content = nextWords(messages, this.#settings.tools ? tools : [], !this.#hasBegun);
    yield* this.#model.reply([{ role: "user", content }], [], signal);
    this.#hasBegun = true;
  }

  async close(): Promise<void> {}
}
