import assert from "node:assert/strict";
import { test } from "node:test";
import { createRelay, type Message } from "./fake-peers.ts";

const call = (id: unknown, name = "add", more: object = {}) => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name, arguments: { a: 1 }, ...more },
});
const LIST_CHANGED = { jsonrpc: "2.0", method: "notifications/tools/list_changed" };
const names = (answer: Message) => answer.result.tools.map(({ name }: Message) => name);

test("a caller opens as the reference server does, sees the tools and calls one", () => {
  const { caller, tool } = createRelay();
  const server = tool(["add"]);
  const assistant = caller();
  const clientInfo = { name: "XiaozhiMCPEndpointClient", version: "1.0.0" };
  const params = {
    protocolVersion: "2024-11-05",
    capabilities: { roots: { listChanged: true }, sampling: {} },
    clientInfo,
  };
  assistant.say({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  assistant.say({ jsonrpc: "2.0", method: "notifications/initialized" });
  assistant.say({ jsonrpc: "2.0", id: 2, method: "tools/list" });
  const [opened, listed] = assistant.take();
  assert.equal(opened.id, 1);
  assert.equal(opened.result.protocolVersion, "2024-11-05");
  assert.deepEqual(opened.result.capabilities.tools, { listChanged: true });
  assert.deepEqual(listed, { jsonrpc: "2.0", id: 2, result: { tools: server.tools } });
  assistant.say(call(1));
  assert.deepEqual(server.calls[0]?.params, { name: "add", arguments: { a: 1 } });
  server.answer();
  assert.deepEqual(assistant.only(), { jsonrpc: "2.0", id: 1, result: { content: [{ type: "text", text: "done" }] } });
});

test("a version that is not known is answered with the newest that is", () => {
  const { caller } = createRelay();
  const assistant = caller();
  assistant.say({ jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: "2031-01-01" } });
  assert.equal(assistant.only().result.protocolVersion, "2025-11-25");
});

test("ids of every kind come back as they were written, and those of two callers never meet", () => {
  const { caller, tool } = createRelay();
  const server = tool(["add"]);
  const callers = [caller(), caller()];
  for (const id of ["0", "1", "1.0", "-7", '"1"', '"a_n_1"', '""', "12345678901234567890"]) {
    for (const assistant of callers) {
      assistant.say(`{"method":"tools/call", "params":{"name":"add","id":5}, "id" : ${id} ,"jsonrpc":"2.0"}`);
    }
    const sent = server.calls.map((message) => message.id);
    assert.equal(new Set(sent).size, 2);
    assert.ok(sent.every((own) => Number.isInteger(own) && own > 0));
    server.answer("first");
    server.answer("second");
    const [first] = callers[0]?.texts.splice(0) ?? [];
    assert.equal(first, `{"jsonrpc":"2.0","id":${id},"result":"first"}`);
    assert.equal(callers[1]?.texts.splice(0)[0], `{"jsonrpc":"2.0","id":${id},"result":"second"}`);
  }
});

test("nothing but the id of a message is touched: numbers, order and blanks stay", () => {
  const { caller, tool } = createRelay();
  const server = tool(["add"]);
  const assistant = caller();
  const raw: string[] = [];
  server.send = (text: string) => raw.push(text);
  const text = `{ "params": {"name":"add", "arguments":{"n":1.50,"big":9007199254740993,"t":"\\"id\\":1 \\u00e9 灯"}}, "id":4, "method":"tools/call","jsonrpc":"2.0" }`;
  assistant.say(text);
  const [passed = ""] = raw;
  assert.equal(passed.replace(/"id":\d+, "method"/, '"id":4, "method"'), text);
  const id = JSON.parse(passed).id;
  server.say(`{"jsonrpc":"2.0","result":{"n":1.50,"big":9007199254740993},"id":${id}}`);
  assert.equal(assistant.texts[0], '{"jsonrpc":"2.0","result":{"n":1.50,"big":9007199254740993},"id":4}');
});

test("several servers are one list; each call goes to its owner under the owner's name", () => {
  const { caller, tool } = createRelay();
  const first = tool(["add", "sub"], { name: "maths" });
  const second = tool(["add", "light"], { name: "home" });
  const third = tool(["add"], { name: "home" });
  const assistant = caller();
  assistant.say({ jsonrpc: "2.0", id: 2, method: "tools/list" });
  assert.deepEqual(names(assistant.only()), ["add", "sub", "home.add", "light", "home.add_2"]);
  assistant.say(call(1, "add"));
  assistant.say(call(2, "home.add"));
  assistant.say(call(3, "home.add_2"));
  assistant.say(call(4, "light"));
  assert.deepEqual(
    first.calls.map(({ params }) => params.name),
    ["add"],
  );
  assert.deepEqual(
    second.calls.map(({ params }) => params.name),
    ["add", "light"],
  );
  assert.deepEqual(
    third.calls.map(({ params }) => params.name),
    ["add"],
  );
  assistant.say(call(5, "nothing"));
  assert.deepEqual(assistant.only().error, { code: -32602, message: "there is no tool nothing" });
});

test("a server that comes leaves those before it alone, and one that goes takes only its own tools", () => {
  const { caller, tool, relay } = createRelay();
  const first = tool(["add"]);
  const assistant = caller();
  assistant.say({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  assistant.take();
  const second = tool(["light"], { name: "home" });
  assert.equal(first.closed, undefined);
  assert.equal(first.probes, 1, "the first is asked whether it is still there");
  assert.deepEqual(assistant.only(), LIST_CHANGED);
  first.leave();
  assert.deepEqual(assistant.only(), LIST_CHANGED);
  assistant.say({ jsonrpc: "2.0", id: 2, method: "tools/list" });
  assert.deepEqual(names(assistant.only()), ["light"]);
  assert.equal(relay.counts.tool_connections, 1);
  second.leave();
  assistant.take();
  assistant.say(call(3, "light"));
  const { error } = assistant.only();
  assert.equal(error.code, -32001);
  assert.equal(error.data.agent_id, "a");
});

test("without a tool, requests get error -32001 with the agent, and notifications no answer", () => {
  const { caller } = createRelay();
  const assistant = caller();
  assistant.say({ jsonrpc: "2.0", id: 2, method: "tools/list" });
  const { id, error } = assistant.only();
  assert.equal(id, 2);
  assert.equal(error.code, -32001);
  assert.equal(error.data.agent_id, "a");
  assistant.say({ jsonrpc: "2.0", method: "notifications/initialized" });
  assistant.say({ jsonrpc: "2.0", method: "notifications/progress", params: {} });
  assert.deepEqual(assistant.take(), []);
});

test("tools that change are read again; messages for the log reach all callers", () => {
  const { caller, tool } = createRelay();
  const server = tool(["add"]);
  const callers = [caller(), caller()];
  callers[0]?.say({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  callers[0]?.take();
  server.tools = [{ name: "lamp" }];
  server.say(LIST_CHANGED);
  for (const assistant of callers) assert.deepEqual(assistant.only(), LIST_CHANGED);
  server.say(LIST_CHANGED);
  assert.deepEqual(callers[0]?.take(), [], "what has not changed is not told");
  const message = { jsonrpc: "2.0", method: "notifications/message", params: { level: "info", data: "hello" } };
  server.say(message);
  for (const assistant of callers) assert.deepEqual(assistant.only(), message);
});

test("pages are read to the end, and a list that never ends is cut", () => {
  const { caller, mute } = createRelay();
  const server = mute();
  const assistant = caller();
  const opening = server.only();
  server.say({
    jsonrpc: "2.0",
    id: opening.id,
    result: { capabilities: { tools: {} }, serverInfo: { name: "pages" } },
  });
  assistant.say({ jsonrpc: "2.0", id: 9, method: "tools/list" });
  assert.deepEqual(assistant.take(), [], "waits for the server that has just come");
  for (let page = 0; page < 100; page++) {
    const asked = server.take().find(({ method }) => method === "tools/list");
    if (!asked) break;
    const tools = [{ name: `t${page}` }, "no tool", { name: 7 }];
    server.say({ jsonrpc: "2.0", id: asked.id, result: { tools, nextCursor: `p${page}` } });
  }
  const listed = assistant.take().find(({ id }) => id === 9);
  assert.equal(names(listed).length, 64);
});

test("a server that says nothing keeps nobody waiting for the tools of the others", async () => {
  const { caller, mute, tool, clock } = createRelay();
  tool(["add"]);
  mute();
  const assistant = caller();
  assistant.say({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  await clock.advance(4_900);
  assert.deepEqual(assistant.take(), []);
  await clock.advance(200);
  assert.deepEqual(names(assistant.only()), ["add"]);
});

test("a batch is answered as one, once the last answer is there", () => {
  const { caller, tool } = createRelay();
  const server = tool(["add"]);
  const assistant = caller();
  assistant.say([
    call(1),
    { jsonrpc: "2.0", method: "notifications/initialized" },
    { jsonrpc: "2.0", id: 2, method: "ping" },
  ]);
  assert.deepEqual(assistant.take(), []);
  server.answer("sum");
  assert.deepEqual(assistant.only(), [
    { jsonrpc: "2.0", id: 2, result: {} },
    { jsonrpc: "2.0", id: 1, result: "sum" },
  ]);
});

test("what a server asks of its client is refused, its pings are answered", () => {
  const { tool } = createRelay();
  const server = tool(["add"]);
  server.say({ jsonrpc: "2.0", id: "s1", method: "sampling/createMessage", params: {} });
  server.say({ jsonrpc: "2.0", id: 0, method: "ping" });
  assert.deepEqual(server.calls, [
    {
      jsonrpc: "2.0",
      id: "s1",
      error: { code: -32601, message: "the endpoint does not offer sampling/createMessage" },
    },
    { jsonrpc: "2.0", id: 0, result: {} },
  ]);
});

test("methods that are about no tool go to a server that knows them; the level of the log to all", () => {
  const { caller, tool } = createRelay();
  const first = tool(["add"]);
  const second = tool(["light"], { name: "home" });
  const assistant = caller();
  assistant.say({ jsonrpc: "2.0", id: 1, method: "resources/list" });
  first.answer({ resources: [] });
  assert.deepEqual(assistant.only(), { jsonrpc: "2.0", id: 1, result: { resources: [] } });
  assistant.say({ jsonrpc: "2.0", id: 2, method: "logging/setLevel", params: { level: "error" } });
  assert.deepEqual(assistant.only().result, {});
  assert.deepEqual(
    [first, second].map(({ calls }) => calls[0]?.method),
    ["logging/setLevel", "logging/setLevel"],
  );
  assistant.say({ jsonrpc: "2.0", id: 3, method: "tasks/list" });
  assert.equal(assistant.only().error.code, -32601);
});

test("an agent's tools and answers are nobody else's", () => {
  const { caller, tool, relay } = createRelay();
  const ours = tool(["add"]);
  const [assistant, stranger] = [caller(), caller("b")];
  stranger.say(call(1));
  assert.equal(stranger.only().error.code, -32001);
  assistant.say(call(1));
  const theirs = tool(["add"], { name: "other" }, "b");
  theirs.say({ jsonrpc: "2.0", id: ours.calls[0]?.id, result: "a lie" });
  assert.deepEqual(assistant.take(), []);
  assert.deepEqual(relay.counts, {
    tool_connections: 2,
    robot_connections: 2,
    total_connections: 4,
    robot_connections_by_agent: { a: 1, b: 1 },
  });
});

test("a call without parameters reaches a single server, and its answer the caller", () => {
  const { caller, tool } = createRelay();
  const server = tool(["add"]);
  const assistant = caller();
  for (const params of [undefined, 7, null]) {
    assistant.say({ jsonrpc: "2.0", id: 3, method: "tools/call", params });
    server.answer("fine");
    assert.deepEqual(assistant.only(), { jsonrpc: "2.0", id: 3, result: "fine" });
  }
});
