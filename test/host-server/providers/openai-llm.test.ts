import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { OpenAiLlm } from "../../../host-server/providers/llm/openai.ts";
import type { Message } from "../../../host-server/providers/llm.ts";
import { answerTo, apiWith, collect, create, LAMP, modelWith, settings, withApi } from "../fakes/openai-llm.ts";
import { chunk, providerContext, sse } from "../fakes/openai-server.ts";

test("a request says what the configuration, the conversation and the tools are", async () => {
  await withApi(
    (response) => response.end(sse([chunk({ content: "Hi" }), chunk({ content: " there." })])),
    async (api) => {
      const messages: Message[] = [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Light!" },
        { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "lamp", arguments: { on: true } }] },
        { role: "tool", content: "done", toolCallId: "c1" },
      ];
      const llm = create(api.url, { temperature: 0.5, max_tokens: 100, top_p: 0.9, extra_body: { seed: 7 } });
      const { text } = await collect(llm, undefined, messages);
      assert.equal(text, "Hi there.");
      const [asked] = api.asked;
      assert.equal(asked?.path, "/v1/chat/completions");
      assert.equal(asked?.headers.authorization, "Bearer k-1");
      assert.deepEqual(JSON.parse(String(asked?.body)), {
        model: "m-1",
        stream: true,
        stream_options: { include_usage: true },
        temperature: 0.5,
        top_p: 0.9,
        max_tokens: 100,
        seed: 7,
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Light!" },
          {
            role: "assistant",
            content: null,
            tool_calls: [{ id: "c1", type: "function", function: { name: "lamp", arguments: '{"on":true}' } }],
          },
          { role: "tool", content: "done", tool_call_id: "c1" },
        ],
        tools: [
          {
            type: "function",
            function: { name: "lamp", description: "Sets the lamp.", parameters: LAMP.inputSchema },
          },
        ],
      });
    },
  );
});

test("a server of one's own is sent no key", async () => {
  await withApi(
    (response) => response.end(sse([chunk({ content: "Hi" })])),
    async (api) => {
      await collect(create(api.url, { api_key: "" }));
      assert.equal(api.asked[0]?.headers.authorization, undefined);
    },
  );
});

test("thinking is switched off where the server is known to have a switch", async () => {
  const cases: [url: string, member: object][] = [
    ["https://dashscope.aliyuncs.com/compatible-mode/v1", { enable_thinking: false }],
    ["https://api.deepseek.com", { thinking: { type: "disabled" } }],
    ["https://open.bigmodel.cn/api/paas/v4/", { thinking: { type: "disabled" } }],
    ["https://example.org/v1", {}],
    ["https://notdeepseek.com/v1", {}],
  ];
  for (const [url, member] of cases) {
    let sent: Record<string, unknown> = {};
    const api = apiWith([new TextEncoder().encode(sse([chunk({ content: "Hi" })]))], ({ bytes }) => {
      sent = JSON.parse(String(bytes));
    });
    await collect(new OpenAiLlm(settings(url), providerContext(), { api }));
    const { enable_thinking, thinking } = sent;
    const given = {
      ...(enable_thinking !== undefined && { enable_thinking }),
      ...(thinking !== undefined && { thinking }),
    };
    assert.deepEqual(given, member, url);
  }
});

test("thoughts are not spoken, however they come", async () => {
  const deltas = [
    { reasoning_content: "The user greets me." },
    { content: "<thi" },
    { content: "nk>I should <b>greet</b> back.</th" },
    { content: "ink>\n\nHello" },
    { content: ", 1 < 2 <t" },
  ];
  assert.equal((await answerTo(sse(deltas.map(chunk)))).text, "Hello, 1 < 2 <t");
  assert.equal((await answerTo(sse([chunk({ content: "a</think>b" })]))).text, "ab");
  assert.equal((await answerTo(sse([chunk({ content: "<think>for ever" })]))).text, "");
});

test("tool calls are put together from what each server streams", async () => {
  const part = (call: object) => chunk({ tool_calls: [call] });
  const fn = (name: string | undefined, text: unknown) => ({
    function: { ...(name !== undefined && { name }), arguments: text },
  });
  const cases: [name: string, chunks: object[], expected: [name: string, given: object][]][] = [
    [
      "pieces by index",
      [
        part({ index: 0, id: "a", ...fn("lamp", "") }),
        part({ index: 0, ...fn(undefined, '{"on"') }),
        part({ index: 1, id: "b", ...fn("volume", '{"level":') }),
        part({ index: 0, ...fn(undefined, ":true}") }),
        part({ index: 1, ...fn(undefined, "30}") }),
      ],
      [
        ["lamp", { on: true }],
        ["volume", { level: 30 }],
      ],
    ],
    [
      "no index, ids only at the beginning",
      [
        part({ id: "a", ...fn("lamp", '{"on":') }),
        part({ ...fn(undefined, "true}") }),
        part({ id: "b", ...fn("lamp", "{}") }),
      ],
      [
        ["lamp", { on: true }],
        ["lamp", {}],
      ],
    ],
    [
      "index 0 for all",
      [part({ index: 0, id: "a", ...fn("lamp", "{}") }), part({ index: 0, id: "b", ...fn("volume", "{}") })],
      [
        ["lamp", {}],
        ["volume", {}],
      ],
    ],
    [
      "neither index nor id, whole calls",
      [part(fn("lamp", '{"on":true}')), part(fn("lamp", '{"on":false}'))],
      [
        ["lamp", { on: true }],
        ["lamp", { on: false }],
      ],
    ],
    [
      "the name again with every piece",
      [part({ index: 0, id: "a", ...fn("lamp", '{"on"') }), part({ index: 0, id: "a", ...fn("lamp", ":true}") })],
      [["lamp", { on: true }]],
    ],
    ["arguments as an object", [part({ index: 0, id: "a", ...fn("lamp", { on: true }) })], [["lamp", { on: true }]]],
    [
      "arguments as JSON in JSON",
      [part({ index: 0, id: "a", ...fn("lamp", '"{\\"on\\":1}"') })],
      [["lamp", { on: 1 }]],
    ],
    ["no arguments", [part({ index: 0, id: "a", ...fn("lamp", undefined) })], [["lamp", {}]]],
    [
      "written as text",
      [
        chunk({ content: 'Sure.<tool_call>\n{"name":"lamp","argu' }),
        chunk({ content: 'ments":{"on":true}}</tool_call>' }),
        chunk({ content: '<tool_call>{"name":"volume","arguments":"{}"}' }),
      ],
      [
        ["lamp", { on: true }],
        ["volume", {}],
      ],
    ],
  ];
  for (const [name, chunks, expected] of cases) {
    const { calls } = await answerTo(sse(chunks));
    assert.deepEqual(
      calls.map((call) => [call.name, call.arguments]),
      expected,
      name,
    );
    assert.ok(calls.every(({ id, problem }) => id !== "" && problem === undefined));
    assert.equal(new Set(calls.map(({ id }) => id)).size, calls.length, name);
  }
});

test("arguments that are no JSON object become a problem that the model is told", async () => {
  for (const text of ['{"on":tr', "[1]", "on", "7"]) {
    const { calls } = await answerTo(
      sse([chunk({ tool_calls: [{ index: 0, id: "a", function: { name: "lamp", arguments: text } }] })]),
    );
    assert.deepEqual(calls[0]?.arguments, {});
    assert.equal(calls[0]?.problem, `The arguments of lamp have to be one JSON object; they were: ${text}`);
  }
  const { calls } = await answerTo(sse([chunk({ content: '<tool_call>{"name": "lamp", "arguments": {</tool_call>' })]));
  assert.equal(calls[0]?.name, "lamp");
  assert.match(calls[0]?.problem ?? "", /have to be one JSON object/);
});

test("any cutting of the stream gives the same answer", async () => {
  const piece = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 8 }).map((content) => ({ content })),
    fc
      .constantFrom("<think>", "</think>", "<tool_call>", "</tool_call>", "<th", "ink>")
      .map((content) => ({ content })),
    fc.record({
      tool_calls: fc.array(
        fc.record({
          index: fc.integer({ min: 0, max: 2 }),
          id: fc.constantFrom("a", "b"),
          function: fc.record({ name: fc.constantFrom("", "lamp", "volume"), arguments: fc.string({ maxLength: 6 }) }),
        }),
        { maxLength: 2 },
      ),
    }),
    fc.constant({ reasoning_content: "hm" }),
  );
  const cuts = fc.array(fc.nat({ max: 4000 }), { maxLength: 40 });
  const breaks = fc.constantFrom("\n", "\r\n", "\r");
  const property = fc.asyncProperty(fc.array(piece, { maxLength: 12 }), cuts, breaks, async (deltas, at, newline) => {
    const text = `: a comment\n\n${sse([...deltas.map(chunk), chunk({})])}`.replaceAll("\n", newline);
    const bytes = new TextEncoder().encode(text);
    const borders = [0, ...at.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
    const pieces = borders.slice(1).map((end, index) => bytes.slice(borders[index], end));
    // Only made-up ids differ.
    const plain = ({ text: said, calls, usage }: Awaited<ReturnType<typeof answerTo>>) => ({
      said,
      usage,
      calls: calls.map(({ id, ...rest }) => ({ ...rest, id: id.startsWith("call_") ? "" : id })),
    });
    assert.deepEqual(plain(await collect(modelWith(pieces))), plain(await answerTo(text)));
  });
  await fc.assert(property, { numRuns: 300 });
});

test("what an answer cost is read", async () => {
  const usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 };
  const end = { ...chunk({}), choices: [], usage };
  const answer = await answerTo(sse([chunk({ content: "Hi" }), end]));
  assert.deepEqual(answer.usage, { type: "usage", prompt: 12, completion: 3 });
});
