import assert from "node:assert/strict";
import { test } from "node:test";
import { ollama } from "../../../host-server/providers/llm/ollama.ts";
import { presets } from "../../../host-server/providers/llm/presets.ts";
import { withoutThinking } from "../../../host-server/providers/openai/thinking.ts";
import { collect, failure, withApi } from "../fakes/openai-llm.ts";
import { chunk, providerContext, sse } from "../fakes/openai-server.ts";

const ANSWER = sse([chunk({ content: "Hi" })]);

function preset(name: string) {
  const found = presets.find((one) => one.name === name);
  assert.ok(found, name);
  return found;
}

test("each preset needs no more than a key, or a model where none is quick for sure", () => {
  for (const { name, settings } of presets) {
    const { base_url } = settings.parse({ model: "m" });
    assert.match(base_url, /^https?:\/\//, name);
  }
  assert.equal(preset("deepseek").settings.parse({}).model, "deepseek-chat");
  assert.equal(preset("doubao").settings.safeParse({}).success, false);
});

test("a key that the configuration does not give is the environment's", async () => {
  await withApi(
    (response) => response.end(ANSWER),
    async (api) => {
      const { settings, create } = preset("deepseek");
      const before = process.env["DEEPSEEK_API_KEY"];
      process.env["DEEPSEEK_API_KEY"] = "from-environment";
      try {
        await collect(create(settings.parse({ base_url: api.url }), providerContext()));
        await collect(create(settings.parse({ base_url: api.url, api_key: "own" }), providerContext()));
      } finally {
        if (before === undefined) delete process.env["DEEPSEEK_API_KEY"];
        else process.env["DEEPSEEK_API_KEY"] = before;
      }
      const keys = api.asked.map(({ headers }) => headers.authorization);
      assert.deepEqual(keys, ["Bearer from-environment", "Bearer own"]);
    },
  );
});

test("a preset's own switch keeps its models from thinking, unless they may", async () => {
  await withApi(
    (response) => response.end(ANSWER),
    async (api) => {
      const { settings, create } = preset("vllm");
      await collect(create(settings.parse({ base_url: api.url, model: "m" }), providerContext()));
      await collect(create(settings.parse({ base_url: api.url, model: "m", thinking: true }), providerContext()));
      const [calm, thinking] = api.asked.map(({ body }) => JSON.parse(String(body)));
      assert.deepEqual(calm.chat_template_kwargs, { enable_thinking: false });
      assert.equal(thinking.chat_template_kwargs, undefined);
    },
  );
});

test("a refused key is named as the preset's", async () => {
  await withApi(
    (response) => response.writeHead(401).end(JSON.stringify({ error: { message: "no such key" } })),
    async (api) => {
      const { settings, create } = preset("glm");
      const { code, message } = await failure(create(settings.parse({ base_url: api.url }), providerContext()));
      assert.equal(code, "llm-unauthorized");
      assert.match(message, /llm\.glm\.api_key: 401 no such key/);
    },
  );
});

test("Ollama loads its model at the start and is told not to think", async () => {
  const { promise: loaded, resolve: load } = Promise.withResolvers<void>();
  await withApi(
    (response, { path }) => {
      if (path === "/api/generate") load();
      response.end(path === "/api/generate" ? "{}" : ANSWER);
    },
    async (api) => {
      const context = providerContext();
      const llm = ollama.create(ollama.settings.parse({ base_url: api.url, model: "qwen3:8b" }), context);
      await llm.warmUp?.();
      await loaded;
      await collect(llm);
      const loading = api.asked.find(({ path }) => path === "/api/generate");
      assert.deepEqual(JSON.parse(String(loading?.body)), { model: "qwen3:8b", keep_alive: "60m", stream: false });
      const asked = api.asked.find(({ path }) => path === "/v1/chat/completions");
      const { reasoning_effort, keep_alive } = JSON.parse(String(asked?.body));
      assert.deepEqual([reasoning_effort, keep_alive], ["none", undefined]);
    },
  );
});

test("a model that knows no tools answers without them, and is offered none again", async () => {
  await withApi(
    (response, { body }) => {
      const { tools } = JSON.parse(String(body));
      if (!tools) return response.end(ANSWER);
      response.writeHead(400).end(JSON.stringify({ error: { message: "gemma3:4b does not support tools" } }));
    },
    async (api) => {
      const context = providerContext();
      const { settings, create } = preset("lmstudio");
      const llm = create(settings.parse({ base_url: api.url, model: "m" }), context);
      assert.equal((await collect(llm)).text, "Hi");
      assert.equal((await collect(llm)).text, "Hi");
      assert.equal(api.asked.length, 3);
      assert.match(JSON.stringify(context.lines), /does not support tools/);
    },
  );
});

test("only models that have the switch are sent it", () => {
  const cases: [url: string, model: string, body: object][] = [
    ["https://api.openai.com/v1", "gpt-4.1-mini", {}],
    ["https://api.openai.com/v1", "gpt-5-mini", { reasoning_effort: "minimal" }],
    ["https://api.openai.com/v1", "gpt-5.1", { reasoning_effort: "none" }],
    ["https://api.openai.com/v1", "gpt-5.1-chat-latest", {}],
    ["https://api.openai.com/v1", "o4-mini", { reasoning_effort: "low" }],
    ["https://generativelanguage.googleapis.com/v1beta/openai", "gemini-2.0-flash", {}],
    ["https://generativelanguage.googleapis.com/v1beta/openai", "gemini-2.5-flash", { reasoning_effort: "none" }],
    ["https://generativelanguage.googleapis.com/v1beta/openai", "gemini-3-pro", { reasoning_effort: "low" }],
    ["https://ark.cn-beijing.volces.com/api/v3", "doubao-seed", { thinking: { type: "disabled" } }],
  ];
  for (const [url, model, body] of cases) assert.deepEqual(withoutThinking(url, model), body, model);
});
