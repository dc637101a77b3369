import assert from "node:assert/strict";
import { LlmError } from "../../../host-server/errors.ts";
import { OpenAiLlm, openai } from "../../../host-server/providers/llm/openai.ts";
import type { Llm, LlmEvent, Message } from "../../../host-server/providers/llm.ts";
import type { Api, Content } from "../../../host-server/providers/openai/api.ts";
import { type FakeApi, providerContext, startFakeApi } from "./openai-server.ts";

export const USER: Message[] = [{ role: "user", content: "Hello" }];
export const LAMP = { name: "lamp", description: "Sets the lamp.", inputSchema: { type: "object", properties: {} } };

export function settings(url: string, more: object = {}) {
  return openai.settings.parse({ base_url: url, api_key: "k-1", model: "m-1", ...more });
}

export function create(url: string, more: object = {}) {
  return openai.create(settings(url, more), providerContext());
}

/** What an answer says and calls; pieces of text joined. */
export async function collect(llm: Llm, signal = new AbortController().signal, messages = USER) {
  const events: LlmEvent[] = [];
  for await (const event of llm.reply(messages, [LAMP], signal)) events.push(event);
  return summary(events);
}

export function summary(events: readonly LlmEvent[]) {
  const text = events.flatMap((event) => (event.type === "text" ? event.text : [])).join("");
  const calls = events.flatMap((event) => (event.type === "tool-call" ? event.call : []));
  const usage = events.find((event) => event.type === "usage");
  return { text, calls, usage };
}

/** A model whose server gives these bytes, in these pieces. */
export function modelWith(pieces: readonly Uint8Array[]): Llm {
  return new OpenAiLlm(settings("http://model.test/v1"), providerContext(), { api: apiWith(pieces) });
}

/** A server that gives these bytes, in these pieces, and tells what it was sent. */
export function apiWith(pieces: readonly Uint8Array[], onContent: (content: Content) => void = () => {}): Api {
  const answer = async () => ({
    type: "text/event-stream",
    body: (async function* () {
      yield* pieces;
    })(),
  });
  return {
    get: answer,
    post: (_path, content) => {
      onContent(content);
      return answer();
    },
  };
}

export async function answerTo(text: string) {
  return collect(modelWith([new TextEncoder().encode(text)]));
}

export async function failure(llm: Llm): Promise<LlmError> {
  try {
    await collect(llm);
  } catch (error) {
    assert.ok(error instanceof LlmError, String(error));
    return error;
  }
  throw new Error("the model answered");
}

export async function withApi(answer: Parameters<typeof startFakeApi>[0], run: (api: FakeApi) => Promise<void>) {
  const api = await startFakeApi(answer);
  try {
    await run(api);
  } finally {
    await api.close();
  }
}
