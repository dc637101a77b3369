import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { coze } from "../../../host-server/providers/llm/coze.ts";
import { dify } from "../../../host-server/providers/llm/dify.ts";
import { fastGpt } from "../../../host-server/providers/llm/fastgpt.ts";
import { homeAssistant } from "../../../host-server/providers/llm/home-assistant.ts";
import type { Llm, Message } from "../../../host-server/providers/llm.ts";
import { collect, failure, LAMP, summary, USER, withApi } from "../fakes/openai-llm.ts";
import { type Asked, chunk, providerContext, sse } from "../fakes/openai-server.ts";

const TALKER = { deviceId: "aa:bb", sessionId: "s-1" };

function bodyOf(asked: Asked | undefined): Record<string, unknown> {
  return JSON.parse(String(asked?.body));
}

function events(response: ServerResponse, ...list: object[]): void {
  response.end(sse(list, ""));
}

function difyAt(url: string, more: object = {}): Llm {
  return dify.create(dify.settings.parse({ base_url: url, api_key: "app-1", ...more }), providerContext());
}

test("a Dify app answers in pieces and keeps the conversation", async () => {
  await withApi(
    (response) =>
      events(
        response,
        { event: "message", task_id: "t", conversation_id: "c-1", answer: "Hel" },
        { event: "ping" },
        { event: "agent_message", task_id: "t", conversation_id: "c-1", answer: "lo." },
        { event: "message_replace", answer: "All again." },
        { event: "message_end", metadata: { usage: { prompt_tokens: 7, completion_tokens: 2 } } },
      ),
    async (api) => {
      const conversation = difyAt(api.url, { inputs: { home: "Berlin" } }).converse?.(TALKER) as Llm;
      const first = await collect(conversation);
      assert.deepEqual([first.text, first.usage], ["Hello.", { type: "usage", prompt: 7, completion: 2 }]);
      const messages: Message[] = [
        ...USER,
        { role: "assistant", content: "Hello." },
        { role: "user", content: "More!" },
      ];
      await collect(conversation, undefined, messages);
      const [one, two] = api.asked.map(bodyOf);
      assert.equal(api.asked[0]?.path, "/v1/chat-messages");
      assert.equal(api.asked[0]?.headers.authorization, "Bearer app-1");
      assert.match(String(one?.["query"]), /"name":"lamp"[\s\S]*The user says:\n\nHello$/);
      assert.deepEqual(
        { ...one, query: "" },
        { query: "", inputs: { home: "Berlin" }, response_mode: "streaming", user: "aa:bb" },
      );
      assert.deepEqual([two?.["query"], two?.["conversation_id"]], ["More!", "c-1"]);
    },
  );
});

test("a Dify app calls tools by writing it, and is told what they gave", async () => {
  await withApi(
    (response, _asked, count) =>
      count === 1
        ? events(
            response,
            { event: "message", conversation_id: "c", answer: '<tool_call>{"name":"lamp",' },
            { event: "message", conversation_id: "c", answer: '"arguments":{"on":true}}</tool_call>' },
          )
        : events(response, { event: "message", conversation_id: "c", answer: "It is on." }),
    async (api) => {
      const conversation = difyAt(api.url).converse?.(TALKER) as Llm;
      const { text, calls } = await collect(conversation);
      assert.deepEqual(
        [text, calls.map(({ name, arguments: given }) => [name, given])],
        ["", [["lamp", { on: true }]]],
      );
      const messages: Message[] = [
        ...USER,
        { role: "assistant", content: "", toolCalls: calls },
        { role: "tool", content: "done", toolCallId: calls[0]?.id ?? "" },
      ];
      assert.equal((await collect(conversation, undefined, messages)).text, "It is on.");
      assert.equal(bodyOf(api.asked[1])["query"], "The tool gave: done");
    },
  );
});

test("a workflow is given the user's words; its output is said once", async () => {
  await withApi(
    (response, _asked, count) =>
      count === 1
        ? events(response, { event: "workflow_finished", data: { status: "succeeded", outputs: { answer: "Noon." } } })
        : events(
            response,
            { event: "text_chunk", data: { text: "No" } },
            { event: "text_chunk", data: { text: "on." } },
            { event: "workflow_finished", data: { status: "succeeded", outputs: { text: "Noon." } } },
          ),
    async (api) => {
      const llm = difyAt(api.url, { mode: "workflows/run" });
      const messages: Message[] = [{ role: "user", content: '{"speaker":"Ann","content":"Time?"}' }];
      assert.equal((await collect(llm, undefined, messages)).text, "Noon.");
      assert.equal((await collect(llm, undefined, messages)).text, "Noon.");
      assert.equal(api.asked[0]?.path, "/v1/workflows/run");
      assert.deepEqual(bodyOf(api.asked[0])["inputs"], { query: "Time?" });
    },
  );
});

test("what Dify refuses is named, and a conversation that it has forgotten begins anew", async () => {
  await withApi(
    (response, asked, count) => {
      if (count === 1) return events(response, { event: "message", conversation_id: "old", answer: "A" });
      if (bodyOf(asked)["conversation_id"] === "old") {
        return response.writeHead(404).end(JSON.stringify({ code: "not_found", message: "Conversation Not Exists." }));
      }
      if (count === 3) return events(response, { event: "message", conversation_id: "new", answer: "B" });
      events(response, { event: "error", status: 400, code: "invalid_param", message: "no model" });
    },
    async (api) => {
      const conversation = difyAt(api.url).converse?.(TALKER) as Llm;
      await collect(conversation);
      assert.equal((await collect(conversation)).text, "B");
      const { code, message } = await failure(conversation);
      assert.equal(code, "llm-refused");
      assert.match(message, /no model/);
    },
  );
});

test("an abort lets go of Dify's answer and stops it there", async () => {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<Asked>();
  await withApi(
    (response, asked) => {
      if (asked.path.endsWith("/stop")) {
        stop(asked);
        response.end("{}");
      } else {
        response.write(sse([{ event: "message", task_id: "t-9", conversation_id: "c", answer: "One, " }], ""));
      }
    },
    async (api) => {
      const abort = new AbortController();
      const conversation = difyAt(api.url).converse?.(TALKER) as Llm;
      for await (const event of conversation.reply(USER, [LAMP], abort.signal)) {
        assert.equal(event.type, "text");
        abort.abort();
      }
      await api.asked[0]?.gone;
      const { path, body } = await stopped;
      assert.deepEqual([path, JSON.parse(String(body))], ["/v1/chat-messages/t-9/stop", { user: "aa:bb" }]);
    },
  );
});

function cozeAt(url: string, more: object = {}): Llm {
  const base_url = url.replace(/\/v1$/, "");
  return coze.create(coze.settings.parse({ base_url, api_key: "pat", bot_id: "73", ...more }), providerContext());
}

/** Events as Coze sends them: with names. */
function told(response: ServerResponse, ...list: readonly (readonly [name: string, data: object | string])[]): void {
  response.setHeader("content-type", "text/event-stream");
  response.end(list.map(([name, data]) => `event:${name}\ndata:${JSON.stringify(data)}\n\n`).join(""));
}

const CREATED = ["conversation.chat.created", { id: "chat-1", conversation_id: "c-1", status: "created" }] as const;
const delta = (content: string, type = "answer") => ["conversation.message.delta", { type, content }] as const;

test("a Coze bot answers in pieces and keeps the conversation", async () => {
  await withApi(
    (response) =>
      told(
        response,
        CREATED,
        ["conversation.chat.in_progress", { id: "chat-1" }],
        delta("Hel"),
        delta("lo."),
        delta("What else?", "follow_up"),
        ["conversation.message.completed", { type: "answer", content: "Hello." }],
        ["conversation.chat.completed", { id: "chat-1", usage: { token_count: 9, input_count: 7, output_count: 2 } }],
        ["done", "[DONE]"],
      ),
    async (api) => {
      const conversation = cozeAt(api.url, { variables: { home: "Berlin" } }).converse?.(TALKER) as Llm;
      const first = await collect(conversation);
      assert.deepEqual([first.text, first.usage], ["Hello.", { type: "usage", prompt: 7, completion: 2 }]);
      await collect(conversation, undefined, [{ role: "user", content: "More!" }]);
      const [one, two] = api.asked.map(bodyOf);
      assert.deepEqual(
        api.asked.map(({ path }) => path),
        ["/v3/chat", "/v3/chat?conversation_id=c-1"],
      );
      assert.equal(api.asked[0]?.headers.authorization, "Bearer pat");
      const { additional_messages: asked, ...rest } = one as { additional_messages: { content: string }[] };
      assert.match(asked[0]?.content ?? "", /"name":"lamp"[\s\S]*The user says:\n\nHello$/);
      assert.deepEqual(rest, {
        ...{ bot_id: "73", user_id: "aa:bb", stream: true, auto_save_history: true },
        custom_variables: { home: "Berlin" },
      });
      assert.deepEqual(two?.["additional_messages"], [
        { role: "user", type: "question", content: "More!", content_type: "text" },
      ]);
    },
  );
});

test("what Coze refuses is named, whatever the status, and a forgotten conversation begins anew", async () => {
  await withApi(
    (response, asked, count) => {
      if (count === 1) return told(response, CREATED, delta("A"));
      if (asked.path.includes("c-1")) {
        response.setHeader("content-type", "application/json");
        return response.end(JSON.stringify({ code: 4200, msg: "conversation not found" }));
      }
      if (count === 3) return told(response, CREATED, delta("B"));
      told(response, ["conversation.chat.failed", { last_error: { code: 4100, msg: "no such token" } }]);
    },
    async (api) => {
      const conversation = cozeAt(api.url).converse?.(TALKER) as Llm;
      await collect(conversation);
      assert.equal((await collect(conversation)).text, "B");
      const { code, message } = await failure(cozeAt(api.url));
      assert.equal(code, "llm-unauthorized");
      assert.match(message, /4100 no such token/);
    },
  );
});

test("an abort lets go of Coze's answer and stops it there", async () => {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<Asked>();
  await withApi(
    (response, asked) => {
      if (asked.path.endsWith("/cancel")) {
        stop(asked);
        response.end("{}");
      } else {
        const [created, piece] = [CREATED, delta("One, ")];
        response.setHeader("content-type", "text/event-stream");
        for (const [name, data] of [created, piece]) response.write(`event:${name}\ndata:${JSON.stringify(data)}\n\n`);
      }
    },
    async (api) => {
      const abort = new AbortController();
      const conversation = cozeAt(api.url).converse?.(TALKER) as Llm;
      for await (const event of conversation.reply(USER, [LAMP], abort.signal)) {
        assert.equal(event.type, "text");
        abort.abort();
      }
      await api.asked[0]?.gone;
      const { path, body } = await stopped;
      assert.deepEqual(
        [path, JSON.parse(String(body))],
        ["/v3/chat/cancel", { chat_id: "chat-1", conversation_id: "c-1" }],
      );
    },
  );
});

function homeAt(url: string, more: object = {}): Llm {
  const settings = homeAssistant.settings.parse({ base_url: url, api_key: "long", ...more });
  return homeAssistant.create(settings, providerContext());
}

test("Home Assistant is asked with the user's words, in its own conversation", async () => {
  await withApi(
    (response) =>
      response.end(
        JSON.stringify({
          response: { response_type: "action_done", speech: { plain: { speech: "Turned on the lights" } } },
          conversation_id: "ha-7",
        }),
      ),
    async (api) => {
      const url = api.url.replace(/\/v1$/, "");
      const conversation = homeAt(url, { agent_id: "conversation.chatgpt", language: "en" }).converse?.(TALKER) as Llm;
      const messages: Message[] = [{ role: "user", content: "Turn on the lights" }];
      assert.equal((await collect(conversation, undefined, messages)).text, "Turned on the lights");
      await collect(conversation, undefined, messages);
      const [one, two] = api.asked;
      assert.equal(one?.path, "/api/conversation/process");
      assert.equal(one?.headers.authorization, "Bearer long");
      assert.deepEqual(bodyOf(one), { text: "Turn on the lights", agent_id: "conversation.chatgpt", language: "en" });
      assert.equal(bodyOf(two)["conversation_id"], "ha-7");
    },
  );
});

test("commands to the device itself do not go to Home Assistant", async () => {
  await withApi(
    (response) => response.writeHead(500).end(),
    async (api) => {
      const volume = {
        name: "self_audio_speaker_set_volume",
        description: "Sets the volume.",
        inputSchema: { type: "object", properties: { volume: { type: "integer", minimum: 0, maximum: 100 } } },
      };
      const messages: Message[] = [{ role: "user", content: "set the volume to fifty" }];
      const events = [];
      const signal = new AbortController().signal;
      for await (const event of homeAt(api.url).reply(messages, [volume], signal)) events.push(event);
      assert.deepEqual(summary(events).calls[0]?.arguments, { volume: 50 });
      assert.equal(api.asked.length, 0);
    },
  );
});

test("Home Assistant's failures are named", async () => {
  await withApi(
    (response, _asked, count) =>
      count === 1 ? response.writeHead(401).end("401: Unauthorized") : response.end("no JSON"),
    async (api) => {
      const refused = await failure(homeAt(api.url));
      assert.equal(refused.code, "llm-unauthorized");
      assert.match(refused.message, /llm\.homeassistant\.api_key/);
      assert.equal((await failure(homeAt(api.url))).code, "llm-garbled");
    },
  );
});

test("a FastGPT app is told what is new, under the session's id", async () => {
  await withApi(
    (response) => response.end(sse([chunk({ content: "Hi" })])),
    async (api) => {
      const settings = fastGpt.settings.parse({ base_url: api.url, api_key: "k", variables: { a: 1 } });
      const conversation = fastGpt.create(settings, providerContext()).converse?.(TALKER) as Llm;
      const messages: Message[] = [{ role: "system", content: "S" }, ...USER];
      assert.equal((await collect(conversation, undefined, messages)).text, "Hi");
      const { chatId, variables, messages: sent, tools } = bodyOf(api.asked[0]);
      assert.deepEqual(
        [chatId, variables, sent, tools],
        ["s-1", { a: 1 }, [{ role: "user", content: "Hello" }], undefined],
      );
    },
  );
});
