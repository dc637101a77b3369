import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog } from "../../../host-server/log.ts";
import { Relay } from "../../../host-server/mcp-endpoint/relay.ts";
import { BusNetwork } from "../../../host-server/nodes/memory-bus.ts";
import { Nodes } from "../../../host-server/nodes/nodes.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { VirtualClock } from "../../../simulator/clock.ts";

const log = createLog({ level: "silent" });
const OPENING = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } };

function world() {
  const clock = new VirtualClock();
  const network = new BusNetwork(clock);
  const join = (name: string) => {
    const bus = network.join();
    const events = { onCall: () => {}, onStray: () => {} };
    const relay = new Relay({ clock, log, timeoutMs: 5_000, maxCalls: 100, ...events });
    const away = { tools: () => [], callTool: async () => undefined, voiceOf: () => undefined };
    const nodes = new Nodes({
      ...{ bus, clock, log, name, relay },
      self: () => ({ roles: ["mcp"], state: "ready", websocket: "", mqtt: "", mcp: "", weight: 1, capacity: 0 }),
      own: { ...away, reboot: async () => false, disconnect: () => {} },
      toolMs: () => 1_000,
      watchOwn: () => () => {},
      refreshAgents: async () => {},
    });
    nodes.start();
    /** Connects an MCP server with one tool, which says where it is. */
    const connectTool = (agent: string, tool: string) => {
      const handlers = relay.connect("tool", agent, {
        ...{ address: name, unreadBytes: 0, close: () => {}, probe: () => {} },
        send: (text) => {
          const { id, method, params } = JSON.parse(text) as JsonObject;
          if (id === undefined) return;
          const answers: { [method: string]: unknown } = {
            initialize: { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: tool } },
            "tools/list": { tools: [{ name: tool, inputSchema: { type: "object" } }] },
            "tools/call": { content: [{ type: "text", text: `${tool} at ${name}: ${JSON.stringify(params)}` }] },
          };
          queueMicrotask(() =>
            handlers.onText(JSON.stringify({ jsonrpc: "2.0", id, result: answers[String(method)] })),
          );
        },
      });
      return handlers;
    };
    return { bus, relay, nodes, connectTool };
  };
  /** An assistant that calls tools of an agent at a node. */
  const callAt = (relay: Relay, agent: string) => {
    const answers = new Map<number, JsonObject>();
    let last = 0;
    const peer = { address: "test", unreadBytes: 0, close: () => {}, probe: () => {} };
    const handlers = relay.connect("caller", agent, {
      ...peer,
      send: (text) => {
        const message = JSON.parse(text) as JsonObject;
        answers.set(Number(message["id"]), message);
      },
    });
    const ask = async (method: string, params: JsonObject = {}) => {
      const id = ++last;
      handlers.onText(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
      await clock.advance(50);
      return answers.get(id) as { result?: JsonObject; error?: JsonObject };
    };
    const names = async () => {
      await ask("initialize", OPENING);
      const { result } = await ask("tools/list");
      return ((result?.["tools"] as { name: string }[] | undefined) ?? []).map(({ name }) => name);
    };
    return { ask, names, close: () => handlers.onClose() };
  };
  return { clock, join, callAt };
}

test("tools that are connected to one node are called at another, whoever comes first", async () => {
  const { clock, join, callAt } = world();
  const [a, b] = [join("a"), join("b")];
  await clock.advance(10);
  a.connectTool("x", "lamp");
  const early = callAt(b.relay, "x");
  const waiting = callAt(b.relay, "y");
  await clock.advance(50);
  assert.deepEqual(await early.names(), ["lamp"]);
  const { result } = await early.ask("tools/call", { name: "lamp", arguments: { level: 3 } });
  assert.match(JSON.stringify(result), /lamp at a: .*level.*3/);
  assert.deepEqual(await waiting.names(), []);
  const fan = a.connectTool("y", "fan");
  await clock.advance(50);
  assert.deepEqual(await waiting.names(), ["fan"]);
  fan.onClose();
  await clock.advance(50);
  assert.deepEqual(await waiting.names(), []);
});

test("with tools and callers at both nodes each tool is there once, and none is passed on in a circle", async () => {
  const { clock, join, callAt } = world();
  const [a, b, c] = [join("a"), join("b"), join("c")];
  await clock.advance(10);
  a.connectTool("x", "lamp");
  b.connectTool("x", "fan");
  const callers = [callAt(a.relay, "x"), callAt(b.relay, "x"), callAt(c.relay, "x")];
  await clock.advance(50);
  for (const caller of callers) assert.deepEqual((await caller.names()).sort(), ["fan", "lamp"]);
  a.connectTool("x", "radio");
  await clock.advance(50);
  for (const caller of callers) assert.deepEqual((await caller.names()).sort(), ["fan", "lamp", "radio"]);
});

test("a call to a node that dies fails, and its tools are gone; back, they are there again", async () => {
  const { clock, join, callAt } = world();
  const [a, b] = [join("a"), join("b")];
  await clock.advance(10);
  a.connectTool("x", "lamp");
  const caller = callAt(b.relay, "x");
  await clock.advance(50);
  assert.deepEqual(await caller.names(), ["lamp"]);
  a.bus.isUp = false;
  const unanswered = await caller.ask("tools/call", { name: "lamp", arguments: {} });
  assert.equal(unanswered, undefined);
  await clock.advance(6_000);
  assert.deepEqual(await caller.names(), []);
  a.bus.isUp = true;
  await clock.advance(3_000);
  assert.deepEqual(await caller.names(), ["lamp"]);
  caller.close();
  await clock.advance(40_000);
  assert.equal(a.relay.counts.total_connections, 1, "nobody calls it any more");
});
