import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createRelay } from "./fake-peers.ts";

const call = (id: unknown, name = "add", more: object = {}) => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name, arguments: { a: 1 }, ...more },
});
const LIST_CHANGED = { jsonrpc: "2.0", method: "notifications/tools/list_changed" };

test("when a tool leaves, its calls fail at once, and those of other tools go on", () => {
  const { caller, tool, calls } = createRelay();
  const leaving = tool(["add"]);
  const staying = tool(["light"], { name: "home" });
  const assistant = caller();
  assistant.say(call("x"));
  assistant.say(call("y", "light"));
  leaving.leave();
  const answers = assistant.take();
  assert.deepEqual(answers[0], LIST_CHANGED);
  assert.equal(answers[1].id, "x");
  assert.equal(answers[1].error.code, -32002);
  assert.match(answers[1].error.message, /adder has left/);
  staying.answer();
  assert.equal(assistant.only().id, "y");
  assert.deepEqual(
    calls.map(({ tool: name, outcome }) => [name, outcome]),
    [
      ["add", "gone"],
      ["light", "answered"],
    ],
  );
});

test("a call without an answer ends after its time, and the tool is told; progress gives it its time again", async () => {
  const { caller, tool, clock } = createRelay();
  const server = tool(["add"]);
  const assistant = caller();
  assistant.say(call(1, "add", { _meta: { progressToken: "mine" } }));
  assistant.say(call(2));
  const [withToken, plain] = server.calls.splice(0);
  assert.equal(withToken.params._meta.progressToken, withToken.id);
  await clock.advance(20_000);
  const progress = { progressToken: withToken.id, progress: 1, total: 3 };
  server.say({ jsonrpc: "2.0", method: "notifications/progress", params: progress });
  assert.deepEqual(assistant.only().params, { ...progress, progressToken: "mine" });
  await clock.advance(10_000);
  const late = assistant.only();
  assert.equal(late.id, 2);
  assert.deepEqual(late.error, { code: -32003, message: "the tool gave no answer to tools/call within 30 s" });
  assert.deepEqual(server.calls.splice(0), [
    { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: plain.id, reason: "timed out" } },
  ]);
  server.say({ jsonrpc: "2.0", id: plain.id, result: "too late" });
  server.say({ jsonrpc: "2.0", id: withToken.id, result: "in time" });
  assert.deepEqual(assistant.only(), { jsonrpc: "2.0", id: 1, result: "in time" });
});

test("a caller that cancels, or leaves, has its calls cancelled at the tool", () => {
  const { caller, tool } = createRelay();
  const server = tool(["add"]);
  const assistant = caller();
  assistant.say(call("one"));
  assistant.say(call(2));
  const [one, two] = server.calls.splice(0);
  assistant.say({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: "one", reason: "enough" } });
  assert.deepEqual(server.calls.splice(0)[0]?.params, { requestId: one.id, reason: "enough" });
  assistant.leave();
  assert.equal(server.calls.splice(0)[0]?.params.requestId, two.id);
});

test("garbage, binary frames and bare values are answered with an error, and the connection lives", () => {
  const { caller, tool } = createRelay();
  const server = tool(["add"]);
  const assistant = caller();
  assistant.say("not json");
  assistant.say("7");
  assistant.say("[]");
  assistant.say("[1]");
  assistant.handlers.onBinary(12);
  assistant.say({ jsonrpc: "2.0", id: 3 });
  assert.deepEqual(
    assistant.take().map(({ id, error }) => [id, error.code]),
    [
      [null, -32700],
      [null, -32600],
      [null, -32600],
      [null, -32600],
      [null, -32700],
      [3, -32600],
    ],
  );
  server.handlers.onBinary(3);
  server.say("{");
  server.say({ jsonrpc: "2.0", id: 999, result: "nobody asked" });
  assistant.say(call(1));
  server.calls.splice(0, 2);
  server.answer();
  assert.equal(assistant.only().id, 1);
});

test("a tool that does not read fails its calls, a caller that does not read is left; others go on", () => {
  const { caller, tool } = createRelay();
  const stuck = tool(["add"]);
  const well = tool(["light"], { name: "home" });
  const [assistant, deaf] = [caller(), caller()];
  stuck.unreadBytes = 5e6;
  assistant.say(call(1));
  assert.equal(assistant.only().error.code, -32002);
  assistant.say(call(2, "light"));
  deaf.say(call(3, "light"));
  deaf.unreadBytes = 9e6;
  well.answer();
  well.answer();
  assert.equal(assistant.only().id, 2);
  assert.equal(deaf.closed?.code, 1013);
});

test("a caller may have so many calls under way", () => {
  const { caller, tool } = createRelay({ maxCalls: 2 });
  const server = tool(["add"]);
  const assistant = caller();
  for (const id of [1, 2, 3]) assistant.say(call(id));
  assert.equal(assistant.only().error.code, -32005);
  server.answer();
  assistant.say(call(4));
  assert.equal(server.calls.length, 2);
});

test("any text from either side leaves the relay working", () => {
  const message = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record(
        {
          jsonrpc: fc.constant("2.0"),
          id: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.string(), fc.constant(null), fc.boolean(), fc.object()),
          method: fc.constantFrom(
            "initialize",
            "ping",
            "tools/list",
            "tools/call",
            "resources/read",
            "logging/setLevel",
            "notifications/cancelled",
            "notifications/progress",
            "notifications/tools/list_changed",
            "__proto__",
          ),
          params: fc.oneof(
            fc.object(),
            fc.jsonValue(),
            fc.record({ name: fc.constantFrom("add", "light"), _meta: fc.object() }),
          ),
          result: fc.jsonValue(),
          error: fc.jsonValue(),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), message), { maxLength: 40 }), (script) => {
      const { caller, tool } = createRelay();
      const peers = [tool(["add"]), tool(["light"], { name: "home" }), caller(), caller()];
      for (const [at, text] of script) peers[at]?.say(text);
      const [server, , assistant] = peers;
      assistant?.take();
      const probe = caller();
      probe.say({ jsonrpc: "2.0", id: "probe", method: "tools/call", params: { name: "add" } });
      const passed = (server as ReturnType<typeof tool>).calls.findLast(({ method }) => method === "tools/call");
      const answered = probe.take().find(({ id }) => id === "probe");
      // A server may have taken its tool back; then the caller is told.
      if (answered) assert.ok(answered.error);
      else {
        server?.say({ jsonrpc: "2.0", id: passed.id, result: "well" });
        assert.equal(probe.take().find(({ id }) => id === "probe").result, "well");
      }
    }),
    { numRuns: 300 },
  );
});

test("a call whose tool is no text harms nobody, and is the tool server's to refuse", async () => {
  const { caller, tool, clock } = createRelay();
  const server = tool(["add"]);
  const assistant = caller();
  const names = [{ toString: 1 }, ["add"], null, 7];
  names.forEach((name, id) => {
    assistant.say({ jsonrpc: "2.0", id, method: "tools/call", params: { name } });
  });
  await clock.advance(5_000);
  assert.deepEqual(
    server.calls.map(({ params }) => params.name),
    names,
  );
});
