import type OpenAI from "openai";
import { z } from "zod";
import type { Clock } from "../../../protocol/clock.ts";
import { LlmError } from "../../errors.ts";
import type { Llm, LlmEvent, Message, ToolSpec } from "../llm.ts";
import { type Answer, type Api, ApiError, createApi, jsonContent, reasonOf } from "../openai/api.ts";
import { checkEndpoint, type Endpoint, endpointSettings, greet } from "../openai/endpoint.ts";
import { eventsOf } from "../openai/event-stream.ts";
import { withoutThinking } from "../openai/thinking.ts";
import { defineLlm, type ProviderContext } from "../provider.ts";
import { attempts } from "./attempts.ts";
import { toChatMessages, toChatTools } from "./chat-request.ts";
import { spokenEvents } from "./spoken-events.ts";
import { SpokenFilter } from "./spoken-filter.ts";
import { ToolCallAssembly } from "./tool-call-assembly.ts";

type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;
type Request = OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming;

const PATH = "/chat/completions";
/** What the last event of an answer says. */
const END = "[DONE]";
/** Members that some servers or models refuse, and what they say then. Without them there is less; without an answer, nothing. */
const DISPENSABLE = [
  { member: "stream_options", refusal: /stream_options/ },
  { member: "tools", refusal: /support tools|tools? (is|are) not supported|enable-auto-tool-choice/i },
  { member: "reasoning_effort", refusal: /reasoning_effort|reasoning\.effort|does not support thinking/ },
] as const;

/** Settings of a model behind an OpenAI-compatible server. */
export const openAiSettings = z.strictObject({
  ...endpointSettings,
  model: z.string().min(1).describe("Name of the model, as the server knows it"),
  temperature: z.number().min(0).max(2).optional().describe("How freely it speaks; the server's default"),
  top_p: z.number().min(0).max(1).optional().describe("Share of likely words it chooses from; the server's default"),
  max_tokens: z.int().positive().optional().describe("Longest answer in tokens; the server's default"),
  thinking: z.boolean().default(false).describe("Whether models may think before they speak, where one can say so"),
  extra_body: z.record(z.string(), z.unknown()).default({}).describe("More members for every request"),
});

type Settings = z.output<typeof openAiSettings>;

/** Any language model behind an OpenAI-compatible server: OpenAI, DeepSeek, Qwen, Ollama, LM Studio, vLLM and others. */
export const openai = defineLlm({
  name: "openai",
  settings: openAiSettings,
  create: (given, context) => new OpenAiLlm(given, context),
});

/** How one sort of server differs from the others. */
export interface ServerQuirks {
  /** Name of the provider in the configuration; `openai` unless given. */
  readonly provider?: string;
  /** Members of a request beside the usual, unless models may think. */
  readonly calm?: Readonly<Record<string, unknown>>;
  /** What to ask instead of the server that the settings name: for tests. */
  readonly api?: Api;
}

/** A model behind an OpenAI-compatible server. */
export class OpenAiLlm implements Llm {
  readonly #endpoint: Endpoint;
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #log: ProviderContext["log"];
  #request: Omit<Request, "messages">;
  #takesTools = true;

  constructor(given: Settings, { clock, log }: ProviderContext, { provider, calm = {}, api }: ServerQuirks = {}) {
    const { base_url, api_key, model, temperature, top_p, max_tokens, thinking, extra_body } = given;
    this.#endpoint = { baseUrl: base_url, apiKey: api_key, model, stage: "llm", ...(provider && { provider }) };
    this.#api = api ?? createApi(this.#endpoint);
    this.#clock = clock;
    this.#log = log;
    this.#request = {
      model,
      stream: true,
      stream_options: { include_usage: true },
      ...(temperature !== undefined && { temperature }),
      ...(top_p !== undefined && { top_p }),
      ...(max_tokens !== undefined && { [limitMember(base_url)]: max_tokens }),
      ...(thinking ? {} : { ...withoutThinking(base_url, model), ...calm }),
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

  reply(messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal): AsyncIterable<LlmEvent> {
    const ask = () => this.#ask(messages, tools, signal);
    return attempts(ask, { clock: this.#clock, endpoint: this.#endpoint, signal });
  }

  async close(): Promise<void> {}

  async *#ask(messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal) {
    const request: Request = {
      ...this.#request,
      messages: toChatMessages(messages),
      ...(tools.length > 0 && this.#takesTools && { tools: toChatTools(tools) }),
    };
    yield* this.#answer(await this.#open(request, signal), signal);
  }

  async #open(request: Request, signal: AbortSignal): Promise<Answer> {
    try {
      return await this.#api.post(PATH, jsonContent(request), signal);
    } catch (error) {
      const reason = error instanceof ApiError ? error.message : "";
      const refused = DISPENSABLE.find(({ member, refusal }) => member in request && refusal.test(reason));
      if (!refused) throw error;
      this.#log.warn({ member: refused.member, reason }, "the model's server refuses this; it goes on without it");
      return this.#open(this.#without(refused.member, request), signal);
    }
  }

  /** From now on requests do without it. */
  #without(member: (typeof DISPENSABLE)[number]["member"], request: Request): Request {
    if (member === "tools") this.#takesTools = false;
    const { [member]: _own, ...shared } = this.#request;
    this.#request = shared as Omit<Request, "messages">;
    const { [member]: _given, ...rest } = request;
    return rest as Request;
  }

  async *#answer({ body }: Answer, signal: AbortSignal): AsyncGenerator<LlmEvent, void, undefined> {
    const filter = new SpokenFilter();
    const calls = new ToolCallAssembly();
    let usage: Chunk["usage"];
    let count = 0;
    for await (const data of eventsOf(body)) {
      if (data.startsWith(END)) break;
      const chunk = readChunk(data);
      count++;
      usage = chunk.usage ?? usage;
      const delta = chunk.choices?.[0]?.delta;
      for (const call of delta?.tool_calls ?? []) calls.push(call);
      if (typeof delta?.content === "string") yield* spokenEvents(filter.push(delta.content), calls);
    }
    if (signal.aborted) return;
    if (count === 0) throw new LlmError("llm-garbled", `${this.#endpoint.baseUrl} gave no stream`);
    yield* spokenEvents(filter.end(), calls);
    for (const call of calls.finish()) yield { type: "tool-call", call };
    if (usage) yield { type: "usage", prompt: usage.prompt_tokens || 0, completion: usage.completion_tokens || 0 };
  }
}

/** @throws SyntaxError, or ApiError when it is an error of the server */
function readChunk(data: string): Partial<Chunk> {
  const chunk = JSON.parse(data) ?? {};
  const reason = reasonOf(chunk.error);
  if (reason !== undefined) throw new ApiError(undefined, reason);
  return chunk;
}

/** OpenAI's newer models refuse the older name; other servers know only that. */
function limitMember(baseUrl: string): "max_tokens" | "max_completion_tokens" {
  return new URL(baseUrl).hostname === "api.openai.com" ? "max_completion_tokens" : "max_tokens";
}
