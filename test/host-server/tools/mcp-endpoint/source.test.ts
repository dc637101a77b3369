import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Catalogue } from "../../../../host-server/tools/catalogue.ts";
import type { Endpoint, EndpointLinkEvents } from "../../../../host-server/tools/mcp-endpoint/link.ts";
import { McpEndpointSource } from "../../../../host-server/tools/mcp-endpoint/source.ts";
import type { JsonObject } from "../../../../protocol/json.ts";
import { VirtualClock } from "../../../../simulator/clock.ts";
import { logLines } from "../../fakes/log-lines.ts";
import { FakeRelay, type ToolSide, toolSide } from "../../fakes/mcp-relay.ts";
import type { Round } from "../../fakes/stages.ts";
import { createWorld } from "../../fakes/world.ts";

const signal = new AbortController().signal;

function createSource(tool?: ToolSide) {
  const clock = new VirtualClock();
  const relay = new FakeRelay(clock);
  relay.tool = tool;
  const { log, lines } = logLines();
  const source = new McpEndpointSource({ clock, log, random: () => 0.999 });
  after(() => source.close());
  const tools = new Catalogue({ sources: [source], clock, log, timeoutMs: 5_000 });
  const names = () => tools.specs().map(({ name }) => name);
  return { clock, relay, source, tools, names, lines };
}

test("the reference's messages open the connection, with ids from 1, and the tools are offered", async () => {
  const { clock, relay, source, names, tools } = createSource(toolSide("self.lamp.on"));
  source.configure([relay.endpoint()]);
  await clock.advance(100);
  assert.deepEqual(relay.asked, ["1 initialize", "notifications/initialized", "2 tools/list"]);
  const { protocolVersion, clientInfo } = (relay.received[0] as JsonObject)["params"] as JsonObject;
  assert.equal(protocolVersion, "2024-11-05");
  assert.deepEqual(clientInfo, { name: "XiaozhiMCPEndpointClient", version: "1.0.0" });
  assert.deepEqual(names(), ["self_lamp_on"]);
  const calling = tools.call("self_lamp_on", { level: 3 }, signal);
  assert.deepEqual(await clock.run(calling), { text: 'self.lamp.on {"level":3}', isError: false });
});

test("pages are read to the last, and tools for the user alone are left out", async () => {
  const { clock, relay, source, names } = createSource(({ method, params }) => {
    if (method !== "tools/list") return { result: {} };
    const cursor = (params as JsonObject | undefined)?.["cursor"];
    if (cursor === undefined) return { result: { tools: [{ name: "one" }], nextCursor: "2" } };
    return { result: { tools: [{ name: "two" }, { name: "mine", annotations: { audience: ["user"] } }] } };
  });
  source.configure([relay.endpoint()]);
  await clock.advance(100);
  assert.deepEqual(names(), ["one", "two"]);
});

test("tools that connect later are found by asking again, those that leave are taken away", async () => {
  const { clock, relay, source, names, tools } = createSource();
  source.configure([relay.endpoint()]);
  await clock.advance(29_000);
  assert.deepEqual(relay.asked, ["1 initialize"]);
  relay.tool = toolSide("lamp");
  await clock.advance(2_000);
  assert.deepEqual(names(), ["lamp"]);
  relay.tool = undefined;
  const { text, isError } = await clock.run(tools.call("lamp", {}, signal));
  assert.deepEqual([text, isError], ["The program that does lamp is not connected now.", true]);
  await clock.advance(100);
  assert.deepEqual(names(), []);
  relay.tool = toolSide("fan");
  await clock.advance(31_000);
  assert.deepEqual(names(), ["fan"]);
});

test("a relay that tells of changes is believed at once", async () => {
  const { clock, relay, source, names } = createSource(toolSide("lamp"));
  source.configure([relay.endpoint()]);
  await clock.advance(100);
  relay.tool = toolSide("lamp", "fan");
  relay.say(JSON.stringify({ jsonrpc: "2.0", method: "notifications/tools/list_changed" }));
  await clock.advance(100);
  assert.deepEqual(names(), ["lamp", "fan"]);
});

test("a tool that was started anew is introduced again, and called again", async () => {
  const { clock, relay, source, tools } = createSource(toolSide("lamp"));
  source.configure([relay.endpoint()]);
  await clock.advance(100);
  const fresh = toolSide("lamp");
  let isIntroduced = false;
  relay.tool = (message) => {
    if (message["method"] === "initialize") isIntroduced = true;
    const refusal = { error: { code: -32602, message: "Invalid request parameters", data: "" } };
    return isIntroduced ? fresh(message) : refusal;
  };
  assert.deepEqual(await clock.run(tools.call("lamp", {}, signal)), { text: "lamp {}", isError: false });
});

test("a lost connection is opened again, ever more slowly; its tools stay on offer", async () => {
  const { clock, relay, source, names, lines, tools } = createSource(toolSide("lamp"));
  source.configure([relay.endpoint()]);
  await clock.advance(61_000);
  const refuse = relay.network.refuse("relay", 8004);
  relay.network.cut();
  await clock.advance(6_900);
  assert.deepEqual(names(), ["lamp"]);
  const { text } = await clock.run(tools.call("lamp", {}, signal));
  assert.equal(text, "The MCP endpoint cannot be reached now.");
  refuse();
  assert.equal(relay.callers.length, 1);
  await clock.advance(16_100);
  assert.equal(relay.callers.length, 2);
  assert.equal((await clock.run(tools.call("lamp", {}, signal))).text, "lamp {}");
  const told = lines.filter(({ level }) => Number(level) >= 30);
  assert.deepEqual(
    told.map(({ msg }) => msg),
    ["MCP endpoint connected", "MCP endpoint not connected", "tool call failed", "MCP endpoint connected"],
  );
  assert.ok(!JSON.stringify(lines).includes("abc"), "the token is not logged");
});

test("a call opens the connection at once; one that was under way when it broke is told of", async () => {
  const { clock, relay, source, tools } = createSource(toolSide("lamp", "silent"));
  source.configure([relay.endpoint()]);
  await clock.advance(100);
  const lost = tools.call("silent", {}, signal);
  await clock.advance(100);
  relay.network.cut();
  const { text, isError } = await clock.run(lost);
  assert.ok(isError);
  assert.match(text, /connection to the MCP endpoint was lost; it is not known whether silent was done/);
  const startedAt = clock.now();
  assert.equal((await clock.run(tools.call("lamp", {}, signal))).text, "lamp {}");
  assert.ok(clock.now() - startedAt < 100);
});

test("the time-out and an interruption cancel the call", async () => {
  const { clock, relay, source, tools } = createSource(toolSide("silent"));
  source.configure([relay.endpoint()]);
  await clock.advance(100);
  const { text } = await clock.run(tools.call("silent", {}, signal));
  assert.equal(text, "silent gave no answer within 5 s");
  const abort = new AbortController();
  const interrupted = tools.call("silent", {}, abort.signal);
  await clock.advance(100);
  abort.abort(new Error("enough"));
  await assert.rejects(interrupted, /enough/);
  await clock.advance(100);
  const cancelled = relay.received.filter(({ method }) => method === "notifications/cancelled");
  assert.deepEqual(
    cancelled.map(({ params }) => params),
    [
      { requestId: 3, reason: "silent gave no answer within 5 s" },
      { requestId: 4, reason: "enough" },
    ],
  );
});

test("garbage does no harm, and a ping is answered", async () => {
  const { clock, relay, source, tools } = createSource(toolSide("lamp"));
  source.configure([relay.endpoint()]);
  await clock.advance(100);
  for (const text of ["no JSON", "[]", "7", '{"jsonrpc":"2.0","id":99,"result":{}}', '{"id":1}']) relay.say(text);
  for (const caller of relay.callers) caller.send(Buffer.from([1, 2, 3]));
  relay.say(JSON.stringify({ jsonrpc: "2.0", id: "x", method: "ping" }));
  await clock.advance(100);
  assert.deepEqual(relay.received.at(-1), { jsonrpc: "2.0", id: "x", result: {} });
  assert.equal((await clock.run(tools.call("lamp", {}, signal))).text, "lamp {}");
});

test("a tool that lies keeps its list of before, and one that never answers is asked again", async () => {
  const { clock, relay, source, names, lines } = createSource(toolSide("lamp"));
  source.configure([relay.endpoint()]);
  await clock.advance(100);
  relay.tool = ({ method }) => ({ result: method === "tools/list" ? { tools: "many" } : {} });
  await clock.advance(301_000);
  assert.deepEqual(names(), ["lamp"]);
  assert.ok(lines.some(({ msg }) => msg === "the MCP endpoint's tools cannot be read now"));
  relay.tool = () => undefined;
  await clock.advance(60_000);
  relay.tool = toolSide("fan");
  await clock.advance(60_000);
  assert.deepEqual(names(), ["fan"]);
});

test("a relay that is gone without a word is noticed", async () => {
  const { clock, relay, source } = createSource(toolSide("lamp"));
  source.configure([relay.endpoint()]);
  await clock.advance(100);
  relay.network.stall();
  await clock.advance(65_000);
  assert.equal(relay.callers.length, 2);
});

test("a wrong token is told of with the relay's reason, once", async () => {
  const { clock, relay, source, lines } = createSource(toolSide("lamp"));
  source.configure([relay.endpoint("ws://relay:8004/mcp_endpoint/call/?token=wrong")]);
  await clock.advance(20_000);
  const warnings = lines.filter(({ level }) => level === 40);
  assert.equal(warnings.length, 1);
  assert.match(JSON.stringify(warnings), /1008 token/);
});

test("endpoints that stay are not disturbed by a new configuration; a name taken twice gets a number", async () => {
  const { clock, relay, source, names, tools } = createSource(toolSide("lamp"));
  const other = new FakeRelay(clock);
  other.tool = toolSide("lamp", "fan");
  const second = { ...other.endpoint(), key: "second" };
  source.configure([relay.endpoint(), second, second]);
  await clock.advance(100);
  assert.deepEqual(names(), ["lamp", "lamp_2", "fan"]);
  await clock.run(tools.call("lamp_2", {}, signal));
  assert.equal(other.asked.at(-1), "3 tools/call");
  source.configure([second]);
  await clock.advance(100);
  assert.deepEqual(names(), ["lamp", "fan"]);
  assert.equal(other.callers.length, 1);
  source.close();
  await clock.advance(100);
  assert.equal(relay.network.connections + other.network.connections, 0);
});

test("a link within the process needs no socket", async () => {
  const { clock, source, tools, names } = createSource();
  const side = toolSide("lamp");
  let isClosed = false;
  const open = (events: EndpointLinkEvents) => ({
    send: (text: string) => {
      const message = JSON.parse(text) as JsonObject;
      const answer = side(message);
      if (answer) events.onText(JSON.stringify({ jsonrpc: "2.0", id: message["id"], ...answer }));
    },
    close: () => {
      isClosed = true;
    },
  });
  const endpoint: Endpoint = { name: "own", key: "own", open };
  source.configure([endpoint]);
  await clock.advance(1);
  assert.deepEqual(names(), ["lamp"]);
  assert.equal((await tools.call("lamp", {}, signal)).text, "lamp {}");
  source.close();
  assert.ok(isClosed);
});

test("a user's turn calls a tool behind the endpoint", async () => {
  const call = { id: "1", name: "lamp", arguments: { on: true } };
  const rounds: Round[] = [[{ type: "tool-call", call }], "The lamp is on."];
  const endpoints: Endpoint[] = [];
  const env = {
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_SERVER_PORT: "0",
    XIAOZHI_SERVER_HTTP_PORT: "0",
  };
  const { clock, server, connect, stages } = createWorld({ rounds }, env, "data", { endpoints });
  const relay = new FakeRelay(clock);
  relay.tool = toolSide("lamp");
  endpoints.push(relay.endpoint());
  await server.start();
  await clock.advance(100);
  const [device, other] = [await connect(), await connect({ id: "11:22:33:44:55:77" })];
  assert.equal(relay.callers.length, 1, "one connection for all sessions");
  device?.detect("lamp please");
  await clock.advance(5_000);
  assert.ok(device?.trace.includes("stt % lamp"));
  assert.match(stages.asked[1]?.messages.at(-1)?.content ?? "", /lamp \{"on":true\}/);
  assert.ok(!other?.trace.includes("stt % lamp"));
  await Promise.all([server.stop(), clock.advance(2_000)]);
});
