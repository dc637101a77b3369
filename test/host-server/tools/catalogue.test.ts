import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { createLog } from "../../../host-server/log.ts";
import { Catalogue } from "../../../host-server/tools/catalogue.ts";
import type { SourceId, ToolSource } from "../../../host-server/tools/source.ts";
import { VirtualClock } from "../../../simulator/clock.ts";

const schema = { type: "object", properties: {} };

/** A source whose tools answer with their own name and the source's id. */
function source(id: SourceId, names: string[], descriptions: Record<string, string> = {}) {
  const listeners = new Set<() => void>();
  const made: ToolSource = {
    id,
    list: () => names.map((name) => ({ name, description: descriptions[name] ?? "", inputSchema: schema })),
    call: async (name) => ({ text: `${id} ${name}`, isError: false }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const change = () => {
    for (const listener of listeners) listener();
  };
  return { ...made, names, change, listeners };
}

function catalogue(...sources: ToolSource[]) {
  const clock = new VirtualClock();
  const log = createLog({ level: "silent" });
  return { clock, tools: new Catalogue({ sources, clock, log, timeoutMs: 1_000 }) };
}

const signal = new AbortController().signal;

test("tools come in the fixed order of their sources, under sanitised names", () => {
  const { tools } = catalogue(source("DEVICE_MCP", ["self.light.on", "灯"]), source("SERVER_PLUGIN", ["exit"]));
  assert.deepEqual(
    tools.specs().map(({ name }) => name),
    ["exit", "self_light_on", "灯"],
  );
});

test("of two sources with one name the later is called, and the log says so once", async () => {
  const lines: Record<string, unknown>[] = [];
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const [plugin, device] = [source("SERVER_PLUGIN", ["search", "exit"]), source("DEVICE_MCP", ["search"])];
  const log = createLog({ level: "warn", output });
  const tools = new Catalogue({ sources: [device, plugin], clock: new VirtualClock(), log, timeoutMs: 1_000 });
  for (const round of [1, 2]) {
    assert.equal((await tools.call("search", {}, signal)).text, "DEVICE_MCP search", `round ${round}`);
    device.change();
  }
  assert.deepEqual(
    tools.specs().map(({ name }) => name),
    ["exit", "search"],
  );
  assert.deepEqual(
    lines.map(({ msg, tool, kept, hidden }) => [msg, tool, kept, hidden]),
    [["tool name taken twice", "search", "DEVICE_MCP", "SERVER_PLUGIN"]],
  );
});

test("names that become one stay apart, whatever their sources", async () => {
  const { tools } = catalogue(source("SERVER_PLUGIN", ["a.b"]), source("DEVICE_MCP", ["a_b", "a/b"]));
  const answers = await Promise.all(tools.specs().map(async ({ name }) => [name, await tools.call(name, {}, signal)]));
  assert.deepEqual(
    answers.map(([name, outcome]) => `${name}: ${(outcome as { text: string }).text}`),
    ["a_b_2: SERVER_PLUGIN a.b", "a_b: DEVICE_MCP a_b", "a_b_3: DEVICE_MCP a/b"],
  );
});

test("descriptions name other tools as the model knows them", () => {
  const { tools } = catalogue(source("DEVICE_MCP", ["x.a", "x.a.b"], { "x.a": "Call x.a.b first, then x.a." }));
  assert.equal(tools.specs()[0]?.description, "Call x_a_b first, then x_a.");
});

test("a change of a source shows at once", () => {
  const device = source("DEVICE_MCP", ["one"]);
  const { tools } = catalogue(device);
  assert.equal(tools.specs().length, 1);
  device.names.push("two");
  device.change();
  assert.equal(tools.specs().length, 2);
  tools.close();
  assert.equal(device.listeners.size, 0);
});

test("failure and silence become results; only an abort is thrown", async () => {
  const slow = { ...source("DEVICE_MCP", ["slow"]), call: () => new Promise<never>(() => {}) };
  const broken = { ...source("MCP_ENDPOINT", ["broken"]), call: () => Promise.reject(new Error("fell over")) };
  const { tools, clock } = catalogue(slow, broken);
  assert.deepEqual(await tools.call("broken", {}, signal), { text: "broken failed: fell over", isError: true });
  const late = await clock.run(tools.call("slow", {}, signal));
  assert.deepEqual(late, { text: "slow gave no answer within 1 s", isError: true });
  const abort = new AbortController();
  const pending = tools.call("slow", {}, abort.signal);
  abort.abort(new Error("enough"));
  await assert.rejects(pending, /enough/);
  assert.equal(clock.pending, 0);
});

test("a result that would fill a model's memory is cut", async () => {
  const long = { ...source("SERVER_MCP", ["read"]), call: async () => ({ text: "x".repeat(20_000), isError: false }) };
  const { text } = await catalogue(long).tools.call("read", {}, signal);
  assert.equal(text, `${"x".repeat(16_000)} … (4000 more characters were left out)`);
});
