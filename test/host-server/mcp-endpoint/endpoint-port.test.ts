import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { WebSocket } from "ws";
import { createLog } from "../../../host-server/log.ts";
import { EndpointPort } from "../../../host-server/mcp-endpoint/port/endpoint-port.ts";
import { sealReferenceToken } from "../../../host-server/mcp-endpoint/tokens/reference-token.ts";
import { issueToken, readToken } from "../../../host-server/mcp-endpoint/tokens/token.ts";
import { VirtualClock } from "../../../simulator/clock.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const LIMITS = { messageBytes: 4096, messagesPerSecond: 1000, maxCalls: 100, connections: 0, timeoutMs: 30_000 };

async function open(t: TestContext, { limits = {}, auditFile = "" } = {}) {
  const clock = new VirtualClock();
  const rules = { key: KEY, acceptsReference: true, now: () => clock.now(), isRevoked: () => false };
  const port = new EndpointPort({
    clock,
    log: createLog({ level: "silent" }),
    limits: { ...LIMITS, ...limits },
    key: KEY,
    agentOf: (token, role) => readToken(token, role, rules),
    auditFile,
  });
  port.http.listen(0, "127.0.0.1");
  await once(port.http, "listening");
  const base = `127.0.0.1:${(port.http.address() as AddressInfo).port}`;
  t.after(() => port.close());
  return { port, clock, base };
}

const token = encodeURIComponent(sealReferenceToken(KEY, "a"));

async function connect(url: string) {
  const socket = new WebSocket(url);
  const texts: string[] = [];
  let wake = () => {};
  socket.on("message", (data) => {
    texts.push(String(data));
    wake();
  });
  await once(socket, "open");
  const next = async () => {
    while (texts.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return JSON.parse(texts.shift() as string);
  };
  return { socket, next, say: (message: unknown) => socket.send(JSON.stringify(message)) };
}

for (const slash of ["/", ""]) {
  test(`tools and callers meet at /mcp_endpoint/mcp${slash} and /mcp_endpoint/call${slash}, each side with the other's id`, async (t) => {
    const { base } = await open(t);
    const tool = await connect(`ws://${base}/mcp_endpoint/mcp${slash}?token=${token}`);
    const opening = await tool.next();
    assert.equal(opening.method, "initialize");
    tool.say({
      jsonrpc: "2.0",
      id: opening.id,
      result: { capabilities: { tools: {} }, serverInfo: { name: "adder" } },
    });
    assert.equal((await tool.next()).method, "notifications/initialized");
    const asked = await tool.next();
    tool.say({ jsonrpc: "2.0", id: asked.id, result: { tools: [{ name: "add", inputSchema: { type: "object" } }] } });
    const caller = await connect(`ws://${base}/mcp_endpoint/call${slash}?token=${token}`);
    caller.say({ jsonrpc: "2.0", id: 0, method: "tools/call", params: { name: "add" } });
    const call = await tool.next();
    tool.say({ jsonrpc: "2.0", id: call.id, result: "four" });
    assert.deepEqual(await caller.next(), { jsonrpc: "2.0", id: 0, result: "four" });
    const health = await (await fetch(`http://${base}/mcp_endpoint/health?key=${KEY}`)).json();
    const connections = {
      tool_connections: 1,
      robot_connections: 1,
      total_connections: 2,
      robot_connections_by_agent: { a: 1 },
    };
    assert.deepEqual(health, { result: { status: "success", connections }, error: null, id: null, jsonrpc: "2.0" });
    caller.socket.close();
    tool.socket.close();
  });
}

test("a wrong token is let in far enough to be told, by a close frame, what is wrong with it", async (t) => {
  const { base, clock } = await open(t);
  const reasons: [string, number, string][] = [
    ["", 1008, "a token is missing: ?token=…"],
    ["?token=AAAA", 1008, "the token was not made with this endpoint's key"],
    [
      `?token=${issueToken(KEY, { agent: "a", roles: ["caller"] }, clock.now()).token}`,
      1008,
      "the token is for caller, not for tool",
    ],
  ];
  for (const [query, code, reason] of reasons) {
    const socket = new WebSocket(`ws://${base}/mcp_endpoint/mcp/${query}`);
    const [gotCode, gotReason] = await once(socket, "close");
    assert.deepEqual([gotCode, String(gotReason)], [code, reason]);
  }
});

test("who guesses tokens or keys is shut out for the rest of the minute", async (t) => {
  const { base, clock } = await open(t);
  for (let guess = 0; guess < 19; guess++) {
    const socket = new WebSocket(`ws://${base}/mcp_endpoint/call/?token=wrong${guess}`);
    await once(socket, "close");
  }
  const wrong = (await (await fetch(`http://${base}/mcp_endpoint/health?key=wrong`)).json()) as { error: object };
  assert.partialDeepStrictEqual(wrong, { result: null, error: { code: -32004 } });
  assert.equal((await fetch(`http://${base}/mcp_endpoint/health?key=${KEY}`)).status, 429);
  const refused = new WebSocket(`ws://${base}/mcp_endpoint/call/?token=${token}`);
  const [error] = await once(refused, "error");
  assert.match(error.message, /429/);
  await clock.advance(60_000);
  const caller = await connect(`ws://${base}/mcp_endpoint/call/?token=${token}`);
  caller.socket.close();
});

test("a binary frame is answered and the connection serves on; a message that is too long ends only its own", async (t) => {
  const { base } = await open(t);
  const caller = await connect(`ws://${base}/mcp_endpoint/call/?token=${token}`);
  const other = await connect(`ws://${base}/mcp_endpoint/call/?token=${token}`);
  caller.socket.send(Buffer.of(1, 2, 3));
  assert.equal((await caller.next()).error.message, "expected text, got a binary frame of 3 bytes");
  caller.say({ jsonrpc: "2.0", id: 1, method: "ping" });
  assert.deepEqual(await caller.next(), { jsonrpc: "2.0", id: 1, result: {} });
  caller.socket.send("x".repeat(5000));
  const [code] = await once(caller.socket, "close");
  assert.equal(code, 1009);
  other.say({ jsonrpc: "2.0", id: 2, method: "ping" });
  assert.equal((await other.next()).id, 2);
  other.socket.close();
});

test("who sends more than is agreed is read more slowly, and loses nothing", async (t) => {
  const { base, clock } = await open(t, { limits: { messagesPerSecond: 100 } });
  const caller = await connect(`ws://${base}/mcp_endpoint/call/?token=${token}`);
  // What has arrived in one piece is handed over in one go, so there must be more than that.
  const params = { padding: "x".repeat(4000) };
  for (let id = 1; id <= 200; id++) caller.say({ jsonrpc: "2.0", id, method: "ping", params });
  const answered: number[] = [];
  const all = (async () => {
    while (answered.length < 200) answered.push((await caller.next()).id);
  })();
  const settle = async () => {
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
  };
  while (answered.length < 10) await settle();
  await settle();
  assert.ok(answered.length < 200, `${answered.length} at once`);
  while (answered.length < 200) {
    await clock.advance(100);
    await settle();
  }
  await all;
  assert.deepEqual(
    answered,
    Array.from({ length: 200 }, (_, at) => at + 1),
  );
  caller.socket.close();
});

test("a connection that gives no sign of life is ended within 40 s, and its calls with it", async (t) => {
  const { base, clock, port } = await open(t);
  const dead = new WebSocket(`ws://${base}/mcp_endpoint/mcp/?token=${token}`, { autoPong: false });
  await once(dead, "open");
  while (port.relay.counts.tool_connections === 0) await new Promise(setImmediate);
  const gone = once(dead, "close");
  await clock.advance(40_000);
  await gone;
  while (port.relay.counts.tool_connections > 0) await new Promise(setImmediate);
});

test("a server that comes back ends the dead connection that it left behind", async (t) => {
  const { base, clock, port } = await open(t);
  const dead = new WebSocket(`ws://${base}/mcp_endpoint/mcp/?token=${token}`, { autoPong: false });
  await once(dead, "open");
  const alive = await connect(`ws://${base}/mcp_endpoint/mcp/?token=${token}`);
  while (port.relay.counts.tool_connections < 2) await new Promise(setImmediate);
  const gone = once(dead, "close");
  await clock.advance(5_000);
  await gone;
  assert.equal(alive.socket.readyState, WebSocket.OPEN);
  alive.socket.close();
});

test("the status: a document for programs, a page for people that tells who is connected to those with the key", async (t) => {
  const { base } = await open(t);
  const tool = await connect(`ws://${base}/mcp_endpoint/mcp/?token=${token}`);
  const opening = await tool.next();
  const name = "<b>evil</b>";
  tool.say({ jsonrpc: "2.0", id: opening.id, result: { capabilities: {}, serverInfo: { name } } });
  const home = await fetch(`http://${base}/`, { redirect: "manual" });
  assert.deepEqual([home.status, home.headers.get("location")], [307, "/mcp_endpoint/"]);
  const document = (await (await fetch(`http://${base}/mcp_endpoint/`)).json()) as { result: { status: string } };
  assert.deepEqual(Object.keys(document).sort(), ["error", "id", "jsonrpc", "result"]);
  assert.equal(document.result.status, "success");
  const page = async (query: string) =>
    (await fetch(`http://${base}/mcp_endpoint/${query}`, { headers: { accept: "text/html" } })).text();
  assert.match(await page(`?key=${KEY}`), /&lt;b&gt;evil&lt;\/b&gt;/);
  assert.ok(!(await page("")).includes("evil"));
  const figures = await (await fetch(`http://${base}/mcp_endpoint/metrics?key=${KEY}`)).text();
  assert.match(figures, /xiaozhi_mcp_endpoint_connections\{role="tool"\} 1/);
  assert.equal((await fetch(`http://${base}/mcp_endpoint/metrics`)).status, 401);
  tool.socket.close();
});

test("the audit log tells who came, who was refused, what was called and how it ended, but neither token nor argument", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-audit-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const auditFile = join(folder, "audit.jsonl");
  const { base, port } = await open(t, { auditFile });
  const refused = new WebSocket(`ws://${base}/mcp_endpoint/call/?token=secret`);
  await once(refused, "close");
  const tool = await connect(`ws://${base}/mcp_endpoint/mcp/?token=${token}`);
  const opening = await tool.next();
  tool.say({ jsonrpc: "2.0", id: opening.id, error: { code: -32601, message: "no" } });
  const caller = await connect(`ws://${base}/mcp_endpoint/call/?token=${token}`);
  caller.say({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "lamp", arguments: { pin: "secret" } } });
  const call = await tool.next();
  tool.say({ jsonrpc: "2.0", id: call.id, result: {} });
  await caller.next();
  await port.close();
  const text = readFileSync(auditFile, "utf8");
  const events = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    events.slice(0, 4).map(({ event, role, tool: name, outcome }) => [event, role ?? name, outcome ?? null]),
    [
      ["refused", "caller", null],
      ["connected", "tool", null],
      ["connected", "caller", null],
      ["call", "lamp", "answered"],
    ],
  );
  assert.ok(!text.includes("secret") && !text.includes(token));
});
