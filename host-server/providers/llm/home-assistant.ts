import { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { z } from "zod";
import { isObject } from "../../../protocol/json.ts";
import type { Llm, LlmEvent, Message, Talker, ToolSpec } from "../llm.ts";
import { type Api, createApi, jsonContent } from "../openai/api.ts";
import type { Endpoint } from "../openai/endpoint.ts";
import { defineLlm, type ProviderContext } from "../provider.ts";
import { attempts } from "./attempts.ts";
import { embedded } from "./embedded.ts";
import { userWords } from "./user-words.ts";

const NAME = "homeassistant";
const PATH = "/api/conversation/process";

const settings = z.strictObject({
  base_url: z
    .url({ protocol: /^https?$/ })
    .default("http://homeassistant.local:8123")
    .describe("Address of Home Assistant"),
  api_key: z.string().min(1).describe("A long-lived access token, from the profile page"),
  agent_id: z
    .string()
    .default("")
    .describe("Agent that answers: conversation.chatgpt; Home Assistant's own when empty"),
  language: z.string().default("").describe("Language of the user: en, zh-cn; Home Assistant's own when empty"),
  device_commands: z
    .boolean()
    .default(true)
    .describe(
      "Whether commands to the device itself, as its volume, are understood here: its tools are not known there",
    ),
});

type Settings = z.output<typeof settings>;

/** Home Assistant's Assist: it understands, does and answers. It keeps the conversation itself. */
export const homeAssistant = defineLlm({
  name: NAME,
  settings,
  create: (given, context) => new HomeAssistantLlm(given, context),
});

class HomeAssistantLlm implements Llm {
  readonly keepsHistory = true;
  // Its answers are about the home: it cannot be asked to sum up a conversation.
  readonly onlyCommands = true;
  readonly #settings: Settings;
  readonly #context: ProviderContext;
  readonly #api: Api;
  readonly #commands: Llm;
  /** Home Assistant's id of this conversation; empty before its first answer. */
  #id = "";

  constructor(given: Settings, context: ProviderContext) {
    this.#settings = given;
    this.#context = context;
    this.#api = createApi({ baseUrl: given.base_url, apiKey: given.api_key });
    this.#commands = embedded.create({}, context);
  }

  converse(_talker: Talker): Llm {
    return new HomeAssistantLlm(this.#settings, this.#context);
  }

  async *reply(messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal): AsyncIterable<LlmEvent> {
    const own = this.#settings.device_commands ? await this.#command(messages, tools, signal) : [];
    if (own.length > 0) return yield* own;
    const { base_url, api_key } = this.#settings;
    const endpoint: Endpoint = { baseUrl: base_url, apiKey: api_key, model: "Assist", stage: "llm", provider: NAME };
    const words = userWords(messages);
    yield* attempts(() => this.#ask(words, signal), { clock: this.#context.clock, endpoint, signal });
  }

  async close(): Promise<void> {}

  /** What a command to the device leads to; nothing for all other words, small talk among them. */
  async #command(messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal): Promise<LlmEvent[]> {
    const events: LlmEvent[] = [];
    for await (const event of this.#commands.reply(messages, tools, signal)) events.push(event);
    const isCommand = messages.at(-1)?.role === "tool" || events.some(({ type }) => type === "tool-call");
    return isCommand ? events : [];
  }

  async *#ask(text: string, signal: AbortSignal): AsyncGenerator<LlmEvent, void, undefined> {
    const { agent_id, language } = this.#settings;
    const content = jsonContent({
      text,
      ...(agent_id !== "" && { agent_id }),
      ...(language !== "" && { language }),
      ...(this.#id !== "" && { conversation_id: this.#id }),
    });
    const { body } = await this.#api.post(PATH, content, signal);
    const answer: unknown = await json(Readable.from(body));
    if (!isObject(answer)) throw new SyntaxError("no object");
    const { conversation_id, response } = answer;
    if (typeof conversation_id === "string") this.#id = conversation_id;
    const speech = at(response, "speech", "plain", "speech");
    if (typeof speech === "string") yield { type: "text", text: speech };
  }
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}
