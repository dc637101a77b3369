import { json } from "node:stream/consumers";
import { z } from "zod";
import { isObject, type JsonObject } from "../../../protocol/json.ts";
import type { Llm, LlmEvent, Message, Talker, ToolSpec } from "../llm.ts";
import { type Api, ApiError, createApi, jsonContent } from "../openai/api.ts";
import type { Endpoint } from "../openai/endpoint.ts";
import { namedEventsOf, type ServerEvent } from "../openai/event-stream.ts";
import { defineLlm, type ProviderContext } from "../provider.ts";
import { attempts } from "./attempts.ts";
import { nextWords } from "./own-history.ts";
import { spokenAnswer } from "./spoken-answer.ts";

const NAME = "coze";
/** ms for telling Coze to stop. */
const STOP_MS = 5_000;
/** What Coze says of a conversation that is not there. */
const NO_CONVERSATION = 4_200;

const settings = z.strictObject({
  base_url: z
    .url({ protocol: /^https?$/ })
    .default("https://api.coze.cn")
    .describe("Address of Coze's API: https://api.coze.cn, or https://api.coze.com outside of China"),
  api_key: z.string().min(1).describe("A personal access token that may chat"),
  bot_id: z
    .string()
    .min(1)
    .describe("The bot, published as an API: the number at the end of its page's address, in quotes"),
  variables: z.record(z.string(), z.string()).default({}).describe("Variables of the bot's prompt"),
  tools: z.boolean().default(true).describe("Whether the bot is told of the device's and this server's tools"),
});

type Settings = z.output<typeof settings>;

/** A bot in Coze (chat API v3). It has its own prompt and keeps the conversation itself. */
export const coze = defineLlm({
  name: NAME,
  settings,
  create: (given, context) => new CozeLlm(given, context),
});

class CozeLlm implements Llm {
  readonly keepsHistory = true;
  readonly #settings: Settings;
  readonly #context: ProviderContext;
  readonly #api: Api;

  constructor(given: Settings, context: ProviderContext) {
    this.#settings = given;
    this.#context = context;
    this.#api = createApi({ baseUrl: given.base_url, apiKey: given.api_key });
  }

  converse({ deviceId }: Talker): Llm {
    return new CozeConversation(this.#settings, this.#context, this.#api, deviceId);
  }

  /** A conversation of one question. */
  reply(messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal): AsyncIterable<LlmEvent> {
    return this.converse({ deviceId: "xiaozhi", sessionId: "" }).reply(messages, tools, signal);
  }

  async close(): Promise<void> {}
}

class CozeConversation implements Llm {
  readonly keepsHistory = true;
  readonly #settings: Settings;
  readonly #context: ProviderContext;
  readonly #api: Api;
  readonly #user: string;
  /** Coze's id; empty before its first answer. */
  #id = "";

  constructor(given: Settings, context: ProviderContext, api: Api, user: string) {
    this.#settings = given;
    this.#context = context;
    this.#api = api;
    this.#user = user;
  }

  reply(messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal): AsyncIterable<LlmEvent> {
    const { base_url, api_key } = this.#settings;
    const endpoint: Endpoint = { baseUrl: base_url, apiKey: api_key, model: "the bot", stage: "llm", provider: NAME };
    return attempts(() => spokenAnswer(this.#events(messages, tools, signal)), {
      clock: this.#context.clock,
      endpoint,
      signal,
    });
  }

  async close(): Promise<void> {}

  async *#events(messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal) {
    let chat = "";
    try {
      for await (const event of this.#open(messages, tools, signal)) {
        const data = readData(event);
        if (event.name === "conversation.chat.created") {
          chat = textOf(data["id"]);
          this.#id = textOf(data["conversation_id"]);
        }
        yield* heard(event.name, data);
      }
      chat = "";
    } finally {
      // Coze goes on when nobody listens: it costs, and stands in the conversation afterwards.
      if (signal.aborted && chat !== "") this.#stop(chat);
    }
  }

  /** @throws ApiError also for refusals, which come with status 200 */
  async *#open(
    messages: readonly Message[],
    tools: readonly ToolSpec[],
    signal: AbortSignal,
  ): AsyncGenerator<ServerEvent, void, undefined> {
    for (;;) {
      const query = this.#id === "" ? "" : `?conversation_id=${encodeURIComponent(this.#id)}`;
      const content = jsonContent(this.#body(messages, tools));
      const { type, body } = await this.#api.post(`/v3/chat${query}`, content, signal);
      if (!type.includes("json")) return yield* namedEventsOf(body);
      const { code, msg } = await jsonOf(body);
      // A conversation that was deleted at Coze's begins anew.
      if (code !== NO_CONVERSATION || this.#id === "") throw new ApiError(statusOf(code), `${code} ${msg}`);
      this.#id = "";
    }
  }

  #body(messages: readonly Message[], tools: readonly ToolSpec[]): JsonObject {
    const { bot_id, variables, tools: tellsTools } = this.#settings;
    const content = nextWords(messages, tellsTools ? tools : [], this.#id === "");
    const question = { role: "user", type: "question", content, content_type: "text" };
    const common = { bot_id, user_id: this.#user, stream: true, auto_save_history: true };
    return { ...common, additional_messages: [question], custom_variables: variables };
  }

  #stop(chat: string): void {
    const content = jsonContent({ chat_id: chat, conversation_id: this.#id });
    this.#api
      .post("/v3/chat/cancel", content, AbortSignal.timeout(STOP_MS))
      .then(({ body }) => jsonOf(body))
      .catch((error: unknown) => this.#context.log.warn({ reason: String(error) }, "an answer could not be stopped"));
  }
}

/** Coze's numbers as those of HTTP, for what is tried again and what is not: a wrong token, too many questions. */
function statusOf(code: unknown): number {
  const number = Number(code);
  if (number === 4100 || number === 4101) return 401;
  if (number === 4013 || number === 4029) return 429;
  return number >= 5000 && number < 6000 ? 500 : 400;
}

async function jsonOf(body: AsyncIterable<Uint8Array>): Promise<JsonObject> {
  const value = await json(body);
  return isObject(value) ? value : {};
}

/** @throws SyntaxError */
function readData({ data }: ServerEvent): JsonObject {
  const value: unknown = JSON.parse(data);
  return isObject(value) ? value : {};
}

/** What an event adds to the answer: a finished message says all of it again. @throws ApiError when the bot failed */
function* heard(name: string, data: JsonObject): Generator<LlmEvent, void, undefined> {
  if (name === "conversation.message.delta" && data["type"] === "answer") {
    yield { type: "text", text: textOf(data["content"]) };
  } else if (name === "conversation.chat.completed" && isObject(data["usage"])) {
    const { input_count, output_count } = data["usage"];
    yield { type: "usage", prompt: Number(input_count) || 0, completion: Number(output_count) || 0 };
  } else if (name === "conversation.chat.failed" || name === "error") {
    const { code, msg } = isObject(data["last_error"]) ? data["last_error"] : data;
    throw new ApiError(statusOf(code), `${code} ${msg}`);
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
