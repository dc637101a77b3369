import type OpenAI from "openai";
import { z } from "zod";
import type { Clock } from "../../../protocol/clock.ts";
import { LlmError } from "../../errors.ts";
import type { Llm, LlmEvent, Message, ToolSpec } from "../llm.ts";
import { type Answer, type Api, ApiError, createApi, jsonContent, reasonOf } from "../openai/api.ts";
import { describeFailure, type Endpoint, endpointSettings, greet } from "../openai/endpoint.ts";
import { eventsOf } from "../openai/event-stream.ts";
import { defineLlm, type ProviderContext } from "../provider.ts";
import { toChatMessages, toChatTools, withoutThinking } from "./chat-request.ts";
import { SpokenFilter } from "./spoken-filter.ts";
import { ToolCallAssembly } from "./tool-call-assembly.ts";

type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;
type Request = OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming;

const PATH = "/chat/completions";
/** What the last event of an answer says. */
const END = "[DONE]";
/** How often a request is made, as long as nothing of an answer has come. */
const ATTEMPTS = 2;
/** ms before the second time. */
const PAUSE_MS = 200;

const settings = z.strictObject({
  ...endpointSettings,
  model: z.string().min(1).describe("Name of the model, as the server knows it"),
  temperature: z.number().min(0).max(2).optional().describe("How freely it speaks; the server's default"),
  top_p: z.number().min(0).max(1).optional().describe("Share of likely words it chooses from; the server's default"),
  max_tokens: z.int().positive().optional().describe("Longest answer in tokens; the server's default"),
  thinking: z.boolean().default(false).describe("Whether models may think before they speak, where one can say so"),
  extra_body: z.record(z.string(), z.unknown()).default({}).describe("More members for every request"),
});

type Settings = z.output<typeof settings>;

/** Any language model behind an OpenAI-compatible server: OpenAI, DeepSeek, Qwen, Ollama, LM Studio, vLLM and others. */
export const openai = defineLlm({
  name: "openai",
  settings,
  create: (given, context) => new OpenAiLlm(given, context),
});

/** What is tested with other ways to reach a server. */
export class OpenAiLlm implements Llm {
  readonly #endpoint: Endpoint;
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #log: ProviderContext["log"];
  readonly #request: Omit<Request, "messages">;

  constructor(given: Settings, { clock, log }: ProviderContext, api?: Api) {
    const { base_url, api_key, model, temperature, top_p, max_tokens, thinking, extra_body } = given;
    this.#endpoint = { baseUrl: base_url, apiKey: api_key, model, stage: "llm" };
    this.#api = api ?? createApi(this.#endpoint);
    this.#clock = clock;
    this.#log = log;
    this.#request = {
      model,
      stream: true,
      stream_options: { include_usage: true },
      ...(temperature !== undefined && { temperature }),
      ...(top_p !== undefined && { top_p }),
      ...(max_tokens !== undefined && { max_tokens }),
      ...(thinking ? {} : withoutThinking(base_url)),
      ...extra_body,
    };
  }

  /** Nobody waits for this: a server that is down now may be up when somebody speaks. */
  async warmUp(): Promise<void> {
    void greet(this.#api, this.#endpoint, this.#log);
  }

  async *reply(messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal): AsyncIterable<LlmEvent> {
    const request: Request = {
      ...this.#request,
      messages: toChatMessages(messages),
      ...(tools.length > 0 && { tools: toChatTools(tools) }),
    };
    for (let attempt = 1; !signal.aborted; attempt++) {
      let hasBegun = false;
      try {
        for await (const event of this.#ask(request, signal)) {
          hasBegun = true;
          yield event;
        }
        return;
      } catch (error) {
        if (signal.aborted) return;
        const isLast = attempt === ATTEMPTS || hasBegun;
        if (isLast || !(error instanceof LlmError && error.retryable)) throw error;
        await new Promise<void>((resolve) => this.#clock.schedule(PAUSE_MS, resolve));
      }
    }
  }

  async close(): Promise<void> {}

  async *#ask(request: Request, signal: AbortSignal): AsyncGenerator<LlmEvent, void, undefined> {
    // A server's time is real time.
    const release = this.#clock.hold();
    try {
      yield* this.#answer(await this.#open(request, signal), signal);
    } catch (cause) {
      if (signal.aborted || cause instanceof LlmError) throw cause;
      const { code, message, retryable } = describeFailure(cause, this.#endpoint);
      throw new LlmError(code, message, { cause, retryable });
    } finally {
      release();
    }
  }

  async #open(request: Request, signal: AbortSignal): Promise<Answer> {
    try {
      return await this.#api.post(PATH, jsonContent(request), signal);
    } catch (error) {
      // Some servers do not know this member; the turn matters more than the figures.
      const isUnknown = error instanceof Error && /stream_options/.test(error.message);
      if (!isUnknown || !this.#request.stream_options) throw error;
      delete this.#request.stream_options;
      const { stream_options: _, ...rest } = request;
      return this.#api.post(PATH, jsonContent(rest), signal);
    }
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
      if (typeof delta?.content === "string") yield* spoken(filter.push(delta.content), calls);
    }
    if (signal.aborted) return;
    if (count === 0) throw new LlmError("llm-garbled", `${this.#endpoint.baseUrl} gave no stream`);
    yield* spoken(filter.end(), calls);
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

function* spoken(found: ReturnType<SpokenFilter["push"]>, calls: ToolCallAssembly): Generator<LlmEvent> {
  for (const piece of found) {
    if (piece.type === "call") calls.pushText(piece.source);
    else yield piece;
  }
}
