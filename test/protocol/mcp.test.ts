import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { callResult, initializeParams, listAllTools, parseToolPage, readCallResult } from "../../protocol/mcp.ts";
import { protocolError, valueOrProtocolError } from "./throws.ts";

test("initialize has the members that every device knows", () => {
  assert.equal(
    JSON.stringify(initializeParams({ url: "u", token: "t" })),
    '{"protocolVersion":"2024-11-05","capabilities":{"roots":{"listChanged":true},"sampling":{},' +
      '"vision":{"url":"u","token":"t"}},"clientInfo":{"name":"XiaozhiClient","version":"1.0.0"}}',
  );
});

test("tools come page after page, each asked for by its cursor", async () => {
  const pages: { [cursor: string]: unknown } = {
    "": { tools: [{ name: "a", description: "A.", inputSchema: { type: "object" } }], nextCursor: "b" },
    b: { tools: [{ name: "b" }], nextCursor: "" },
  };
  const asked: unknown[] = [];
  const tools = await listAllTools(async (params) => {
    asked.push(params);
    return pages[(params?.["cursor"] as string) ?? ""];
  });
  assert.deepEqual(asked, [undefined, { cursor: "b" }]);
  assert.deepEqual(
    tools.map(({ name, description }) => [name, description]),
    [
      ["a", "A."],
      ["b", ""],
    ],
  );
});

test("a list that repeats its cursor ends with an error", async () => {
  await assert.rejects(
    listAllTools(async () => ({ tools: [], nextCursor: "again" })),
    /mcp-invalid: nextCursor/,
  );
});

test("a tool without a name is refused by its place", () => {
  assert.equal(protocolError(() => parseToolPage({ tools: [{ name: "a" }, {}] })).field, "tools[1].name");
});

test("an object result goes out as data and as its JSON text", () => {
  assert.deepEqual(callResult({ success: true, volume: 80, message: "m" }), {
    content: [{ type: "text", text: '{"success":true,"volume":80,"message":"m"}' }],
    structuredContent: { success: true, volume: 80, message: "m" },
    isError: false,
  });
});

test("plain results go out as text", () => {
  assert.equal(callResult(true).content[0]?.text, "true");
  assert.equal(callResult(42).content[0]?.text, "42");
  assert.equal(callResult("done").content[0]?.text, "done");
  assert.equal(callResult(undefined).content[0]?.text, "true");
});

test("a result is understood in every form that devices send", () => {
  const data = { success: true, volume: 80 };
  const text = JSON.stringify(data);
  const forms = [
    { content: [{ type: "text", text }], structuredContent: data, isError: false },
    { content: [{ type: "text", text }], isError: false },
    data,
  ];
  for (const form of forms) assert.deepEqual(readCallResult(form), { text, data, isError: false });
  assert.deepEqual(readCallResult({ content: [{ type: "text", text: "true" }] }), { text: "true", isError: false });
  assert.deepEqual(readCallResult({ content: [{ type: "text", text: "no" }], isError: true }), {
    text: "no",
    isError: true,
  });
  assert.equal(readCallResult(true).text, "true");
  assert.equal(readCallResult([1, { toString: null }]).text, '[1,{"toString":null}]');
});

test("any JSON is a page or a ProtocolError, and always some result", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      valueOrProtocolError(() => parseToolPage(value));
      valueOrProtocolError(() => parseToolPage({ tools: value }));
      valueOrProtocolError(() => parseToolPage({ tools: [value] }));
      assert.equal(typeof readCallResult(value).text, "string");
      assert.equal(typeof readCallResult({ content: [value] }).text, "string");
    }),
  );
});
