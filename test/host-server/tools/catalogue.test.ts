import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog } from "../../../host-server/log.ts";
import { Catalogue, sanitizeToolName } from "../../../host-server/tools/catalogue.ts";
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
  assert.equal(sanitizeToolName("a.b/c d-e_f"), "a_b_c_d-e_f");
});

test("of two sources with one name the later is called; two names that become one stay apart", async () => {
  const { tools } = catalogue(source("SERVER_PLUGIN", ["a_b"]), source("DEVICE_MCP", ["a.b", "a/b"]));
  assert.deepEqual(
    tools.specs().map(({ name }) => name),
    ["a_b", "a_b_2"],
  );
  assert.equal((await tools.call("a_b", {}, signal)).text, "DEVICE_MCP a.b");
  assert.equal((await tools.call("a_b_2", {}, signal)).text, "DEVICE_MCP a/b");
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
  assert.deepEqual(await tools.call("broken", {}, signal), { text: "fell over", isError: true });
  const late = await clock.run(tools.call("slow", {}, signal));
  assert.deepEqual(late, { text: "slow gave no answer within 1000 ms", isError: true });
  const abort = new AbortController();
  const pending = tools.call("slow", {}, abort.signal);
  abort.abort(new Error("enough"));
  await assert.rejects(pending, /enough/);
  assert.equal(clock.pending, 0);
});
