import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { systemClock } from "../../../host-server/clock.ts";
import { Bridge } from "../../../host-server/mcp-bridge/bridge.ts";
import { endpointAt } from "../../../host-server/tools/mcp-endpoint/web-socket-link.ts";
import type { McpServerSettings } from "../../../host-server/tools/server-mcp/settings.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { freePort } from "../../free-port.ts";
import { logLines } from "../fakes/log-lines.ts";
import { ToolSideRelay } from "../fakes/tool-side.ts";
import { EVERYTHING, serveEverything } from "../fixtures/mcp-programs.ts";

const SMALL = join(import.meta.dirname, "../fixtures/small-mcp-server.ts");

function program(...args: string[]): McpServerSettings {
  const [command = process.execPath, ...rest] = args;
  return { kind: "program", name: "small", command, args: rest, env: { SMALL: "yes" } };
}

function address(url: string, transport: "either" | "sse" = "either"): McpServerSettings {
  return { kind: "address", name: "at", url, headers: {}, transport };
}

/** A bridge from this server to a relay. */
async function bridged(settings: McpServerSettings) {
  const relay = await ToolSideRelay.open();
  const { log, lines } = logLines();
  const endpoint = endpointAt(relay.url, { clock: systemClock });
  const bridge = new Bridge({ settings, endpoint, clock: systemClock, log, random: () => 0 });
  after(() => bridge.stop());
  bridge.start();
  await relay.connected(1);
  return { relay, bridge, lines };
}

function textOf({ result }: JsonObject): string {
  return String(((result as JsonObject)["content"] as JsonObject[])[0]?.["text"]);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("a program's tools are called through the endpoint, ids kept, and counted", async () => {
  const { relay, bridge, lines } = await bridged(program(process.execPath, SMALL));
  assert.deepEqual(await relay.greet(), ["about"]);
  await relay.ask(0, "tools/list", { cursor: "2" });
  const [pid, variable] = JSON.parse(textOf(await relay.ask("uuid_n_7", "tools/call", { name: "about" })));
  assert.equal(variable, "yes");
  assert.deepEqual(bridge.status, { name: "small", state: "connected", tools: 2, calls: 1, lastError: "" });
  await bridge.stop();
  assert.ok(!isAlive(pid));
  assert.ok(!JSON.stringify(lines).includes("secret"), "the token is not logged");
});

test("every method and notification passes; what is no message is refused and harms nothing", async () => {
  const { relay } = await bridged(program(process.execPath, SMALL));
  for (const wrong of ["no JSON", "[]", "7"]) relay.send(wrong);
  relay.tools[0]?.send(Buffer.from([1, 2, 3]));
  relay.send({ jsonrpc: "2.0", method: "notifications/odd" });
  await relay.until(() => relay.received.length > 0);
  const params = { level: "info", data: "notifications/odd" };
  assert.deepEqual(relay.received[0], { jsonrpc: "2.0", method: "notifications/message", params });
  const { result } = await relay.ask("x", "resources/templates/list", { cursor: "z" });
  assert.deepEqual(result, { method: "resources/templates/list", params: { cursor: "z" } });
});

test("each connection has a program of its own, and a lost one is opened again", async () => {
  const { relay, bridge } = await bridged(program(process.execPath, SMALL));
  const pidOf = async (id: string) => JSON.parse(textOf(await relay.ask(id, "tools/call", { name: "about" })))[0];
  const first = await pidOf("a");
  relay.tools[0]?.close(1000);
  await relay.connected(2);
  const second = await pidOf("b");
  assert.notEqual(first, second);
  assert.ok(!isAlive(first));
  assert.match(bridge.status.lastError, /the endpoint ended the connection \(1000\)/);
  relay.send({ jsonrpc: "2.0", id: "c", method: "tools/call", params: { name: "end" } });
  await relay.connected(3);
  assert.equal(bridge.status.lastError, "I was told to end.");
  assert.notEqual(await pidOf("d"), second);
});

test("a program that cannot be started is told of, and tried again", async () => {
  const { relay, bridge, lines } = await bridged(program("no-such-program-here"));
  await relay.connected(2);
  assert.equal(bridge.status.lastError, "the command no-such-program-here was not found");
  const warnings = lines.filter(({ level }) => level === 40);
  assert.deepEqual(
    warnings.map(({ msg, server }) => [msg, server]),
    [["MCP server not connected to the endpoint", "small"]],
  );
});

test("no program is started for an endpoint that turns the token away", async () => {
  const relay = await ToolSideRelay.open("refuses");
  const { log, lines } = logLines();
  const endpoint = endpointAt(relay.url, { clock: systemClock });
  const settings = program(process.execPath, "-e", "console.error('started')");
  const bridge = new Bridge({ settings, endpoint, clock: systemClock, log, random: () => 0 });
  after(() => bridge.stop());
  bridge.start();
  await relay.connected(2);
  assert.equal(bridge.status.lastError, "the endpoint ended the connection (1008 wrong token)");
  await bridge.stop();
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ["MCP server not connected to the endpoint"],
  );
});

test("an endpoint that is not there is tried again until it is", async () => {
  const port = await freePort();
  const { log } = logLines();
  const endpoint = endpointAt(`ws://127.0.0.1:${port}/mcp_endpoint/mcp/?token=secret`, { clock: systemClock });
  const settings = program(process.execPath, SMALL);
  const states = new Set<string>();
  const refused = Promise.withResolvers<void>();
  const onStatus = () => {
    states.add(bridge.status.state);
    if (bridge.status.state === "waiting") refused.resolve();
  };
  const bridge = new Bridge({ settings, endpoint, clock: systemClock, log, random: () => 0, onStatus });
  after(() => bridge.stop());
  bridge.start();
  await refused.promise;
  assert.match(bridge.status.lastError, /ECONNREFUSED/);
  const relay = await ToolSideRelay.open(port);
  await relay.connected(1);
  assert.deepEqual(await relay.greet(), ["about"]);
  assert.deepEqual([...states], ["connecting", "waiting", "connected"]);
});

test("the protocol's own test server works: as a program", async () => {
  const { relay } = await bridged(program(process.execPath, EVERYTHING, "stdio"));
  assert.ok((await relay.greet()).includes("echo"));
  const answer = await relay.ask("e", "tools/call", { name: "echo", arguments: { message: "hi" } });
  assert.equal(textOf(answer), "Echo: hi");
});

for (const [name, transport, path] of [
  ["by streamable HTTP", "streamableHttp", "/mcp"],
  ["by SSE, after streamable HTTP was refused", "sse", "/sse"],
] as const) {
  test(`the protocol's own test server works: ${name}; requests to it that fail are answered`, async () => {
    const port = await freePort();
    const server = await serveEverything(transport, port);
    const { relay, bridge } = await bridged(address(`http://127.0.0.1:${port}${path}`));
    assert.ok((await relay.greet()).includes("echo"));
    const answer = await relay.ask("e", "tools/call", { name: "echo", arguments: { message: "hi" } });
    assert.equal(textOf(answer), "Echo: hi");
    await server.stop();
    if (transport === "streamableHttp") {
      const { error } = await relay.ask("f", "tools/call", { name: "echo", arguments: { message: "hi" } });
      assert.match(String((error as JsonObject)["message"]), /nothing answers at http|terminated|other side closed/);
    }
    await relay.connected(2);
    assert.notEqual(bridge.status.lastError, "");
  });
}
