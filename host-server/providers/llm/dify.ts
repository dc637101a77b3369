import { z } from "zod";
import { isObject, type JsonObject } from "../../../protocol/json.ts";
import type { Llm, LlmEvent, Message, Talker, ToolSpec } from "../llm.ts";
import { type Api, ApiError, createApi, jsonContent } from "../openai/api.ts";
import type { Endpoint } from "../openai/endpoint.ts";
import { eventsOf } from "../openai/event-stream.ts";
import { defineLlm, type ProviderContext } from "../provider.ts";
import { attempts } from "./attempts.ts";
import { nextWords } from "./own-history.ts";
import { spokenAnswer } from "./spoken-answer.ts";
import { userWords } from "./user-words.ts";

const NAME = "dify";
/** ms for telling Dify to stop. */
const STOP_MS = 5_000;

const settings = z.strictObject({
  base_url: z
    .url({ protocol: /^https?$/ })
    .default("https://api.dify.ai/v1")
    .describe("Address of Dify's service API"),
  api_key: z.string().min(1).describe("Key of the app, from its page API Access"),
  mode: z
    .enum(["chat-messages", "workflows/run", "completion-messages"])
    .default("chat-messages")
    .describe("Sort of the app: chat, chatflow and agent are chat-messages"),
  inputs: z.record(z.string(), z.unknown()).default({}).describe("Variables of the app"),
  tools: z.boolean().default(true).describe("Whether a chat app is told of the device's and this server's tools"),
});

type Settings = z.output<typeof settings>;

/** An app in Dify. It has its own prompt and keeps the conversation itself. */
export const dify = defineLlm({
  name: NAME,
  settings,
  create: (given, context) => new DifyLlm(given, context),
});

class DifyLlm implements Llm {
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
    return new DifyConversation(this.#settings, this.#context, this.#api, deviceId);
  }

  /** A conversation of one question. */
  reply(messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal): AsyncIterable<LlmEvent> {
    return this.converse({ deviceId: "xiaozhi", sessionId: "" }).reply(messages, tools, signal);
  }

  async close(): Promise<void> {}
}

class DifyConversation implements Llm {
  readonly keepsHistory = true;
  readonly #settings: Settings;
  readonly #context: ProviderContext;
  readonly #api: Api;
  readonly #user: string;
  /** Dify's id; empty before its first answer. */
  #id = "";

  constructor(given: Settings, context: ProviderContext, api: Api, user: string) {
    this.#settings = given;
    this.#context = context;
    this.#api = api;
    this.#user = user;
  }

  reply(messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal): AsyncIterable<LlmEvent> {
    const { base_url, api_key } = this.#settings;
    const endpoint: Endpoint = { baseUrl: base_url, apiKey: api_key, model: "the app", stage: "llm", provider: NAME };
    return attempts(() => spokenAnswer(this.#events(messages, tools, signal)), {
      clock: this.#context.clock,
      endpoint,
      signal,
    });
  }

  async close(): Promise<void> {}

  async *#events(messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal) {
    const { body } = await this.#open(messages, tools, signal);
    let hasSpoken = false;
    let stop = () => {};
    try {
      for await (const data of eventsOf(body)) {
        const event = readEvent(data);
        if (typeof event["task_id"] === "string") {
          const task = event["task_id"];
          stop = () => this.#stop(task);
        }
        if (typeof event["conversation_id"] === "string") this.#id = event["conversation_id"];
        const { text, usage } = heard(event, hasSpoken);
        if (text !== "") yield { type: "text" as const, text };
        hasSpoken ||= text !== "";
        if (usage) yield usage;
      }
      stop = () => {};
    } finally {
      // Dify goes on when nobody listens: it costs, and stands in the conversation afterwards.
      if (signal.aborted) stop();
    }
  }

  async #open(messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal) {
    const post = () => this.#api.post(`/${this.#settings.mode}`, jsonContent(this.#body(messages, tools)), signal);
    try {
      return await post();
    } catch (error) {
      // A conversation that was deleted at Dify's begins anew.
      if (!(error instanceof ApiError && error.status === 404 && this.#id !== "")) throw error;
      this.#id = "";
      return post();
    }
  }

  #body(messages: readonly Message[], tools: readonly ToolSpec[]): JsonObject {
    const { mode, inputs, tools: tellsTools } = this.#settings;
    const common = { response_mode: "streaming", user: this.#user };
    if (mode !== "chat-messages") return { ...common, inputs: { ...inputs, query: userWords(messages) } };
    const query = nextWords(messages, tellsTools ? tools : [], this.#id === "");
    return { ...common, inputs, query, ...(this.#id !== "" && { conversation_id: this.#id }) };
  }

  #stop(task: string): void {
    const path = `/${this.#settings.mode === "workflows/run" ? "workflows/tasks" : this.#settings.mode}/${task}/stop`;
    this.#api
      .post(path, jsonContent({ user: this.#user }), AbortSignal.timeout(STOP_MS))
      .then(
        async ({ body }) => {
          for await (const _ of body);
        },
        (error: unknown) => this.#context.log.warn({ reason: String(error) }, "an answer could not be stopped"),
      )
      .catch(() => {});
  }
}

/** @throws SyntaxError, or ApiError when it is an error of the app */
function readEvent(data: string): JsonObject {
  const event: unknown = JSON.parse(data);
  if (!isObject(event)) return {};
  if (event["event"] === "error") {
    const { status, message } = event;
    throw new ApiError(typeof status === "number" ? status : undefined, String(message ?? "an error without words"));
  }
  return event;
}

interface Heard {
  readonly text: string;
  readonly usage?: LlmEvent;
}

/** What an event adds to the answer. `message_replace` says all of it again and is left out. */
function heard(event: JsonObject, hasSpoken: boolean): Heard {
  const data = isObject(event["data"]) ? event["data"] : {};
  switch (event["event"]) {
    case "message":
    case "agent_message":
      return { text: textOf(event["answer"]) };
    case "text_chunk":
      return { text: textOf(data["text"]) };
    case "workflow_finished":
      return { text: hasSpoken ? "" : outputOf(data) };
    case "message_end":
      return { text: "", ...usageOf(event["metadata"]) };
    default:
      return { text: "" };
  }
}

/** The output of a workflow: the one that is named as an answer, or else the first text. @throws ApiError when it failed */
function outputOf({ status, error, outputs }: JsonObject): string {
  if (status === "failed") throw new ApiError(undefined, `the workflow failed: ${String(error ?? "")}`);
  if (!isObject(outputs)) return "";
  const { answer, text } = outputs;
  return textOf(answer) || textOf(text) || textOf(Object.values(outputs).find((value) => typeof value === "string"));
}

function usageOf(metadata: unknown): { usage?: LlmEvent } {
  const usage = isObject(metadata) ? metadata["usage"] : undefined;
  if (!isObject(usage)) return {};
  const { prompt_tokens, completion_tokens } = usage;
  return { usage: { type: "usage", prompt: Number(prompt_tokens) || 0, completion: Number(completion_tokens) || 0 } };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
