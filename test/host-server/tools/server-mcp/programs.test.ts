import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { after, test } from "node:test";
import { getRequestListener } from "@hono/node-server";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { systemClock } from "../../../../host-server/clock.ts";
import { createLog } from "../../../../host-server/log.ts";
import type { McpServerSettings } from "../../../../host-server/tools/server-mcp/settings.ts";
import { ServerMcpSource } from "../../../../host-server/tools/server-mcp/source.ts";
import { freePort } from "../../../free-port.ts";
import { EVERYTHING, serveEverything } from "../../fixtures/mcp-programs.ts";

const signal = new AbortController().signal;

/** A source with this server, and what it logs. */
function connect(settings: McpServerSettings) {
  const lines: Record<string, unknown>[] = [];
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const source = new ServerMcpSource({ clock: systemClock, log: createLog({ level: "info", output }) });
  after(() => source.close());
  const logged = async (text: string) => {
    for (let round = 0; !lines.some(({ msg }) => msg === text); round++) {
      assert.ok(round < 2_000, `not logged: ${text}; ${JSON.stringify(lines)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return lines.find(({ msg }) => msg === text) as Record<string, unknown>;
  };
  source.configure([settings]);
  return { source, lines, logged };
}

function program(command: string, ...args: string[]): McpServerSettings {
  return { kind: "program", name: "everything", command, args, env: {} };
}

function address(port: number, path: string, transport: "sse" | "streamable-http" | "either"): McpServerSettings {
  return { kind: "address", name: "everything", url: `http://127.0.0.1:${port}${path}`, headers: {}, transport };
}

/** What every way to the protocol's own test server has to give. */
async function checkTools(source: ServerMcpSource): Promise<void> {
  const call = (name: string, args: object = {}) => source.call(name, { ...args }, signal);
  assert.equal((await call("echo", { message: "hi" })).text, "Echo: hi");
  const sums = await Promise.all([1, 2, 3].map((a) => call("get-sum", { a, b: 1 })));
  assert.deepEqual(
    sums.map(({ text }) => text.match(/is (\d)/)?.[1]),
    ["2", "3", "4"],
  );
  assert.match((await call("get-tiny-image")).text, /\(an image\)/);
  assert.match((await call("get-resource-links", { count: 2 })).text, /\(a link to .*: demo:\/\//);
  const weather = await call("get-structured-content", { location: "New York" });
  assert.equal(typeof weather.data?.["temperature"], "number");
}

test("a program beside the server: tools, its error output in the log, its end with the server's", async () => {
  const { source, lines, logged } = connect(program(process.execPath, EVERYTHING, "stdio"));
  await logged("MCP server connected");
  await checkTools(source);
  assert.match(String((await logged("MCP server says"))["line"]), /Starting default/);
  assert.ok(lines.every(({ server }) => server === "everything"));
  const { pid } = process;
  await source.close();
  const children = execFileSync("ps", ["-o", "args=", "--ppid", String(pid)], { encoding: "utf8" });
  assert.ok(!children.includes(EVERYTHING), children);
});

test("a server at an address, by streamable HTTP; started anew it is found again in the middle of a conversation", async () => {
  const port = await freePort();
  const first = await serveEverything("streamableHttp", port);
  const { source, logged } = connect(address(port, "/mcp", "either"));
  await logged("MCP server connected");
  await checkTools(source);
  await first.stop();
  await serveEverything("streamableHttp", port);
  assert.equal((await source.call("echo", { message: "again" }, signal)).text, "Echo: again");
});

test("an older server at an address, by SSE, which is found out", async () => {
  const port = await freePort();
  const first = await serveEverything("sse", port);
  const { source, logged } = connect(address(port, "/sse", "either"));
  await logged("MCP server connected");
  await checkTools(source);
  await first.stop();
  const { error } = await logged("MCP server not connected");
  assert.match(JSON.stringify(error), /SSE error|terminated/);
});

test("a server that knows only the newest revision", async () => {
  const handler = createMcpHandler(
    () => {
      const server = new McpServer({ name: "newest", version: "1" });
      server.registerTool("echo", { description: "" }, () => ({ content: [{ type: "text", text: "here" }] }));
      return server;
    },
    { legacy: "reject" },
  );
  const http = createServer(getRequestListener((request) => handler.fetch(request)));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  after(() => {
    http.close();
    http.closeAllConnections();
  });
  const { source, logged } = connect(address((http.address() as AddressInfo).port, "/mcp", "either"));
  await logged("MCP server connected");
  assert.equal((await source.call("echo", {}, signal)).text, "here");
});

test("what cannot be opened is told of by name and reason", async () => {
  const port = await freePort();
  const cases: [McpServerSettings, RegExp][] = [
    [program("no-such-command"), /the command no-such-command was not found/],
    [program(process.execPath, "-e", "console.error('no licence'); process.exit(3)"), /it said: no licence/],
    [
      { ...program(process.execPath, "-e", "console.log('no JSON'); setInterval(() => {}, 1000)"), timeoutMs: 500 },
      /did not open within 500 ms/,
    ],
    [address(port, "/mcp", "either"), /nothing answers at http:\/\/127\.0\.0\.1/],
  ];
  for (const [settings, reason] of cases) {
    const { source, logged } = connect(settings);
    const { error, server } = await logged("MCP server not connected");
    assert.equal(server, "everything");
    assert.match((error as { message: string }).message, reason);
    await source.close();
  }
});

test("a program that does not notice the end of the server ends with it all the same", async () => {
  const root = new URL("../../../../host-server/", import.meta.url).href;
  const script = `
    const [{ ServerMcpSource }, { systemClock }, { createLog }] = await Promise.all(
      ["tools/server-mcp/source.ts", "clock.ts", "log.ts"].map((file) => import(${JSON.stringify(root)} + file)),
    );
    const source = new ServerMcpSource({ clock: systemClock, log: createLog({ level: "info" }) });
    const args = ["-e", "console.error(process.pid); setInterval(() => {}, 1000)"];
    source.configure([{ kind: "program", name: "deaf", command: process.execPath, args, env: {} }]);
    process.on("message", () => { throw new Error("crash"); });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "ignore", "ipc"],
  });
  const pid = await new Promise<number>((resolve) => {
    child.stdout?.on("data", (chunk) => {
      const line = /"line":"(\d+)"/.exec(String(chunk))?.[1];
      if (line) resolve(Number(line));
    });
  });
  assert.ok(isRunning(pid));
  child.send("crash");
  await once(child, "exit");
  for (let round = 0; isRunning(pid); round++) {
    assert.ok(round < 500, `${pid} runs on`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
