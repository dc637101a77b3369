import { z } from "zod";
import { createApi, jsonContent } from "../openai/api.ts";
import { defineLlm, type ProviderContext } from "../provider.ts";
import { OpenAiLlm } from "./openai.ts";
import { presetSettings } from "./presets.ts";

const NAME = "ollama";
/** ms that loading a model may take: gigabytes from a disk. */
const LOADING_MS = 120_000;

const settings = presetSettings({
  baseUrl: "http://127.0.0.1:11434/v1",
  keyHint: "Key; Ollama needs none, what stands before it may",
}).extend({
  keep_alive: z.string().default("60m").describe("How long the model stays in memory unused: 60m; -1m: for ever"),
});

type Settings = z.output<typeof settings>;

/** Models in Ollama, on this computer or another. The model is loaded when the server starts, not when somebody waits for an answer. */
export const ollama = defineLlm({
  name: NAME,
  settings,
  create: (given, context) => new OllamaLlm(given, context),
});

class OllamaLlm extends OpenAiLlm {
  readonly #settings: Settings;
  readonly #log: ProviderContext["log"];

  constructor({ keep_alive, ...given }: Settings, context: ProviderContext) {
    // The native switch `think` is unknown to this wire; older versions ignore both.
    super(given, context, { provider: NAME, calm: { reasoning_effort: "none" } });
    this.#settings = { keep_alive, ...given };
    this.#log = context.log;
  }

  /** A request without a prompt loads the model (Ollama's API, "load a model"). Nobody waits for it. */
  override async warmUp(): Promise<void> {
    const { base_url, api_key, model, keep_alive } = this.#settings;
    const api = createApi({ baseUrl: new URL(base_url).origin, apiKey: api_key });
    const content = jsonContent({ model, keep_alive, stream: false });
    const load = async () => {
      const { body } = await api.post("/api/generate", content, AbortSignal.timeout(LOADING_MS));
      // What is left unread would keep the connection from being used again.
      for await (const _ of body);
      this.#log.info({ model }, "model loaded");
    };
    load().catch((error: unknown) => {
      this.#log.warn({ model, server: base_url, reason: String(error) }, "the model is not loaded yet");
    });
  }
}
