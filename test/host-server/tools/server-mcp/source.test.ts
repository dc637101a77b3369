import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { after, test } from "node:test";
import { InMemoryTransport } from "@modelcontextprotocol/client";
import { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { createLog } from "../../../../host-server/log.ts";
import { Catalogue } from "../../../../host-server/tools/catalogue.ts";
import type { McpServerSettings } from "../../../../host-server/tools/server-mcp/settings.ts";
import { ServerMcpSource } from "../../../../host-server/tools/server-mcp/source.ts";
import type { OpenTransport } from "../../../../host-server/tools/server-mcp/transport.ts";
import { VirtualClock } from "../../../../simulator/clock.ts";

type Prepare = (server: McpServer, name: string) => void;

/** MCP servers in memory: `prepare` gives each new one its tools, `open` may be broken for a while. */
function createServers(prepare: Prepare) {
  const clock = new VirtualClock();
  const lines: Record<string, unknown>[] = [];
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const log = createLog({ level: "info", output });
  const made: McpServer[] = [];
  const asked: string[] = [];
  const state = { isDown: false, isQuiet: false, made, asked, opened: 0 };
  const open: OpenTransport = async ({ name }) => {
    state.opened++;
    if (state.isDown) throw new Error("it is down");
    const [near, far] = InMemoryTransport.createLinkedPair();
    const capabilities = { tools: { listChanged: !state.isQuiet } };
    const server = new McpServer({ name, version: "1" }, { capabilities });
    prepare(server, name);
    made.push(server);
    await server.connect(far);
    const send = near.send.bind(near);
    near.send = async (message, options) => {
      if ("method" in message) state.asked.push(message.method);
      await send(message, options);
    };
    return { transport: near, lastWords: () => "" };
  };
  const source = new ServerMcpSource({ clock, log, open, random: () => 0.5 });
  after(() => source.close());
  const tools = new Catalogue({ sources: [source], clock, log, timeoutMs: 5_000 });
  const names = () => tools.specs().map(({ name }) => name);
  return { clock, source, tools, names, state, lines };
}

function named(...names: string[]): McpServerSettings[] {
  return names.map((name) => ({ kind: "program", name, command: name, args: [], env: {} }));
}

/** Waits for what happens outside of virtual time: loading the client, messages in memory. */
async function until(holds: () => boolean): Promise<void> {
  for (let round = 0; !holds(); round++) {
    assert.ok(round < 2_000, `never: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const signal = new AbortController().signal;
const echo: Prepare = (server, name) => {
  server.registerTool("echo", { description: "Echoes", inputSchema: z.object({ text: z.string() }) }, ({ text }) => ({
    content: [{ type: "text", text: `${name} ${text}` }],
  }));
};

test("tools of a server come in the background and are called by all", async () => {
  const { source, names, tools, lines } = createServers(echo);
  source.configure(named("one"));
  assert.deepEqual(names(), []);
  await until(() => names().length > 0);
  assert.deepEqual(await tools.call("echo", { text: "hi" }, signal), { text: "one hi", isError: false });
  const both = await Promise.all(["a", "b"].map((text) => tools.call("echo", { text }, signal)));
  assert.deepEqual(
    both.map(({ text }) => text),
    ["one a", "one b"],
  );
  assert.deepEqual(
    lines.map(({ msg, server, tools: count }) => [msg, server, count]),
    [["MCP server connected", "one", 1]],
  );
});

test("a tool that two servers have is led in by the name of the later one", async () => {
  const { source, names, tools } = createServers(echo);
  source.configure(named("one", "two"));
  await until(() => names().length === 2);
  assert.deepEqual(names(), ["echo", "two_echo"]);
  assert.equal((await tools.call("echo", { text: "hi" }, signal)).text, "one hi");
  assert.equal((await tools.call("two_echo", { text: "hi" }, signal)).text, "two hi");
});

test("new tools are offered when the server says so", async () => {
  const { source, names, state } = createServers(echo);
  source.configure(named("one"));
  await until(() => names().length > 0);
  state.made[0]?.registerTool("second", { description: "" }, () => ({ content: [] }));
  await until(() => names().includes("second"));
});

test("a server that does not tell of changes is asked now and then", async () => {
  const { source, names, state, clock } = createServers(echo);
  state.isQuiet = true;
  source.configure(named("one"));
  await until(() => names().length > 0);
  state.made[0]?.registerTool("second", { description: "" }, () => ({ content: [] }));
  await clock.advance(299_000);
  assert.deepEqual(names(), ["echo"]);
  await clock.advance(2_000);
  await until(() => names().includes("second"));
  await source.close();
  assert.equal(clock.pending, 0);
});

test("a failure of the tool is a result, and so is one of its arguments", async () => {
  const { source, names, tools } = createServers((server) => {
    server.registerTool("break", { description: "" }, () => {
      throw new Error("fell over");
    });
    server.registerTool("need", { inputSchema: z.object({ text: z.string() }) }, () => ({ content: [] }));
  });
  source.configure(named("one"));
  await until(() => names().length === 2);
  assert.deepEqual(await tools.call("break", {}, signal), { text: "fell over", isError: true });
  const { text, isError } = await tools.call("need", {}, signal);
  assert.ok(isError);
  assert.match(text, /text/);
});

test("an abort and the time-out tell the server to stop", async () => {
  const cancelled: string[] = [];
  const { source, names, tools, clock } = createServers((server) => {
    server.registerTool("wait", { description: "" }, async (context) => {
      context.mcpReq.signal.addEventListener("abort", () => cancelled.push("cancelled"));
      return new Promise<never>(() => {});
    });
  });
  source.configure(named("one"));
  await until(() => names().length > 0);
  const abort = new AbortController();
  const pending = tools.call("wait", {}, abort.signal);
  await clock.advance(100);
  abort.abort(new Error("enough"));
  await assert.rejects(pending, /enough/);
  await until(() => cancelled.length === 1);
  const late = await clock.run(tools.call("wait", {}, signal));
  assert.deepEqual(late, { text: "wait gave no answer within 5 s", isError: true });
  await until(() => cancelled.length === 2);
});

test("a server may have a shorter time-out of its own", async () => {
  const { source, names, tools } = createServers((server) => {
    server.registerTool("wait", { description: "" }, () => new Promise<never>(() => {}));
  });
  source.configure(named("one").map((server) => ({ ...server, timeoutMs: 100 })));
  await until(() => names().length > 0);
  const { text } = await tools.call("wait", {}, signal);
  assert.equal(text, "wait gave no answer within 0.1 s");
});

test("a server that is lost is opened again, with growing pauses; its tools stay on offer", async () => {
  const { source, names, tools, clock, state, lines } = createServers(echo);
  source.configure(named("one"));
  await until(() => names().length > 0);
  state.isDown = true;
  await state.made[0]?.close();
  await until(() => lines.length === 2);
  const attempts: number[] = [];
  for (let second = 0; second < 16; second++) {
    const before = state.opened;
    await clock.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (state.opened > before) attempts.push(second);
  }
  // Pauses of 0.75, 1.5, 3 and 6 s: random gives three quarters of each.
  assert.deepEqual(attempts, [0, 2, 5, 11]);
  assert.deepEqual(names(), ["echo"]);
  const { text, isError } = await tools.call("echo", { text: "hi" }, signal);
  assert.deepEqual([text, isError], ["The server one cannot be reached now.", true]);
  state.isDown = false;
  assert.equal((await tools.call("echo", { text: "hi" }, signal)).text, "one hi");
  assert.deepEqual(
    lines.filter(({ msg }) => msg !== "tool call failed").map(({ msg }) => msg),
    ["MCP server connected", "MCP server not connected", "MCP server connected"],
  );
});

test("what is lost in the middle of a call is not done twice", async () => {
  let calls = 0;
  const { source, names, tools } = createServers((server) => {
    server.registerTool("pay", { description: "" }, async () => {
      calls++;
      await server.close();
      return { content: [] };
    });
  });
  source.configure(named("one"));
  await until(() => names().length > 0);
  const { text, isError } = await tools.call("pay", {}, signal);
  assert.deepEqual([text, isError], ["The connection to one was lost; it is not known whether pay was done.", true]);
  assert.equal(calls, 1);
});

test("other settings keep what has not changed, and close what is gone", async () => {
  const { source, names, state } = createServers(echo);
  source.configure(named("one", "two"));
  await until(() => names().length === 2);
  const closed: string[] = [];
  for (const [at, name] of ["one", "two"].entries()) {
    const server = state.made[at]?.server;
    if (server) server.onclose = () => closed.push(name);
  }
  source.configure(named("two", "three"));
  await until(() => names().length === 2 && closed.length === 1);
  assert.deepEqual(closed, ["one"]);
  assert.deepEqual(names(), ["echo", "three_echo"]);
  assert.equal(state.opened, 3);
});

test("over SSE, signs of life keep the stream open", async () => {
  const { source, names, state, clock, lines } = createServers(echo);
  source.configure([{ kind: "address", name: "old", url: "http://host/sse", headers: {}, transport: "sse" }]);
  await until(() => names().length > 0);
  await clock.advance(250_000);
  assert.equal(state.asked.filter((method) => method === "ping").length, 2);
  await state.made[0]?.close();
  await until(() => lines.length === 2);
  await clock.advance(1_000);
  await until(() => lines.length === 3);
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ["MCP server connected", "MCP server not connected", "MCP server connected"],
  );
  await source.close();
  assert.equal(clock.pending, 0);
});

test("a server that never opens is given up when all is closed", async () => {
  const { source, state, clock } = createServers(echo);
  const never: OpenTransport = async () => {
    const [near] = InMemoryTransport.createLinkedPair();
    state.opened++;
    return { transport: near, lastWords: () => "" };
  };
  const silent = new ServerMcpSource({ clock, log: createLog({ level: "silent" }), open: never });
  silent.configure(named("one"));
  await until(() => state.opened === 1);
  await silent.close();
  assert.equal(clock.pending, 0);
  await source.close();
});
