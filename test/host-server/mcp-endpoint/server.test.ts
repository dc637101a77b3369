import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Client } from "@modelcontextprotocol/client";
import { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { systemClock } from "../../../host-server/clock.ts";
import { loadConfig } from "../../../host-server/config/load.ts";
import { createLog } from "../../../host-server/log.ts";
import { sealReferenceToken } from "../../../host-server/mcp-endpoint/tokens/reference-token.ts";
import { issueToken } from "../../../host-server/mcp-endpoint/tokens/token.ts";
import { createServer, type ServerOptions } from "../../../host-server/server.ts";
import { createAgent } from "../../../host-server/storage/agents.ts";
import { createDevice } from "../../../host-server/storage/devices.ts";
import { openStorage } from "../../../host-server/storage/storage.ts";
import { FakeDevice } from "../fakes/device.ts";
import type { Round } from "../fakes/stages.ts";
import { scriptedStages } from "../fakes/stages.ts";
import { fakeProviders } from "../fakes/world.ts";
import { EVERYTHING } from "../fixtures/mcp-programs.ts";
import { WebSocketTransport } from "./web-socket-transport.ts";

const ROOT = join(import.meta.dirname, "../../..");
const MEMORY = join(ROOT, "node_modules/@modelcontextprotocol/server-memory/dist/index.js");

const settle = () => new Promise((resolve) => setImmediate(resolve));

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await settle();
}

/** A server with its endpoint on a port; `rounds` is what its model says. */
async function startServer(t: TestContext, rounds: Round[], more: Partial<ServerOptions> = {}) {
  const env = {
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_SERVER_PORT: "0",
    XIAOZHI_SERVER_HTTP_PORT: "0",
    XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
  };
  const { config } = loadConfig({ path: "no-such-file.yaml", env, providers: fakeProviders });
  const dataDirectory = mkdtempSync(join(tmpdir(), "xiaozhi-endpoint-"));
  const stages = scriptedStages({ rounds, msPerCharacter: 1 }, systemClock);
  const log = createLog({ level: "silent" });
  const server = createServer({ config, clock: systemClock, log, providers: stages, dataDirectory, ...more });
  await server.start();
  t.after(async () => {
    await server.stop();
    rmSync(dataDirectory, { recursive: true });
  });
  const key = readFileSync(join(dataDirectory, ".mcp-endpoint-key"), "utf8").trim();
  const token = encodeURIComponent(sealReferenceToken(key, "single_module"));
  const at = (side: string, own = token) =>
    `ws://127.0.0.1:${server.ports.mcpEndpoint}/mcp_endpoint/${side}/?token=${own}`;
  return { server, stages, at, key };
}

/** A tool server as people write them, with the official package. */
function lampServer(name = "lamp") {
  const state = { isOn: false };
  const server = new McpServer({ name, version: "1.0.0" });
  server.registerTool(
    "switch_lamp",
    { description: "Switches the lamp.", inputSchema: z.object({ on: z.boolean() }) },
    async ({ on }) => {
      state.isOn = on;
      return { content: [{ type: "text", text: on ? "it is on" : "it is off" }] };
    },
  );
  return { server, state };
}

test("a user has the assistant call a tool that somebody has connected to the server's own endpoint", async (t) => {
  const call = { id: "1", name: "switch_lamp", arguments: { on: true } };
  const { server, stages, at } = await startServer(t, [[{ type: "tool-call", call }], "Done."]);
  const lamp = lampServer();
  await lamp.server.connect(new WebSocketTransport(at("mcp")));
  const device = new FakeDevice(systemClock);
  server.attach(device);
  device.hello();
  // The tool is on offer as soon as its server has said what it has.
  for (let turn = 0; turn < 20; turn++) await settle();
  device.detect("the lamp please");
  await until(() => device.trace.at(-1) === "tts stop");
  assert.equal(lamp.state.isOn, true);
  assert.match(stages.asked[1]?.messages.at(-1)?.content ?? "", /it is on/);
  await lamp.server.close();
});

test("tools that are connected for one agent are that agent's alone", async (t) => {
  const storage = await openStorage({
    url: "",
    file: ":memory:",
    clock: systemClock,
    log: createLog({ level: "silent" }),
  });
  t.after(() => storage.close());
  await createAgent(storage, { id: "chef", name: "Chef", settings: {} });
  await createDevice(storage, "aa:bb:cc:00:00:01", { agent: "chef" });
  const call = { id: "1", name: "switch_lamp", arguments: { on: true } };
  const turn: Round[] = [[{ type: "tool-call", call }], "Done."];
  const more = { storage, agentProviders: fakeProviders };
  const { server, stages, at, key } = await startServer(t, [...turn, ...turn], more);
  const lamp = lampServer();
  const { token } = issueToken(key, { agent: "chef", roles: ["tool"], isLasting: true }, 0);
  assert.equal(issueToken(key, { agent: "chef", roles: ["tool"], isLasting: true }, 1).token, token);
  await lamp.server.connect(new WebSocketTransport(at("mcp", token)));
  for (const [id, isOn] of [
    ["aa:bb:cc:00:00:02", false],
    ["aa:bb:cc:00:00:01", true],
  ] as const) {
    const device = new FakeDevice(systemClock, id);
    server.attach(device);
    device.hello();
    for (let look = 0; look < 20; look++) await settle();
    device.detect("the lamp please");
    await until(() => device.trace.at(-1) === "tts stop");
    assert.equal(lamp.state.isOn, isOn, id);
  }
  assert.equal(stages.asked.length, 4);
  await lamp.server.close();
});

test("the official client and two official servers work through it, as one server", async (t) => {
  const { at } = await startServer(t, []);
  const [lamp, other] = [lampServer(), lampServer("garden")];
  const client = new Client({ name: "desktop", version: "1.0.0" });
  let changes = 0;
  client.setNotificationHandler("notifications/tools/list_changed", () => {
    changes++;
  });
  await client.connect(new WebSocketTransport(at("call")));
  await assert.rejects(client.listTools(), /no tool is connected/);
  await lamp.server.connect(new WebSocketTransport(at("mcp")));
  await other.server.connect(new WebSocketTransport(at("mcp")));
  const { tools } = await client.listTools();
  assert.deepEqual(
    tools.map(({ name }) => name),
    ["switch_lamp", "garden.switch_lamp"],
  );
  const result = await client.callTool({ name: "garden.switch_lamp", arguments: { on: true } });
  assert.deepEqual(result.content, [{ type: "text", text: "it is on" }]);
  assert.deepEqual([lamp.state.isOn, other.state.isOn], [false, true]);
  const wrong = await client.callTool({ name: "switch_lamp", arguments: { on: "perhaps" } });
  assert.equal(wrong.isError, true);
  assert.ok(changes > 0);
  await client.close();
  await Promise.all([lamp.server.close(), other.server.close()]);
});

test("two public servers, brought by `xiaozhi mcp-bridge` from a file, are called by the official client, progress and all", async (t) => {
  const { at } = await startServer(t, []);
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-bridge-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "servers.json");
  const memory = { command: process.execPath, args: [MEMORY], env: { MEMORY_FILE_PATH: join(folder, "memory.jsonl") } };
  const everything = { command: process.execPath, args: [EVERYTHING, "stdio"] };
  writeFileSync(file, JSON.stringify({ mcpServers: { everything, memory } }));
  const args = ["--disable-warning=ExperimentalWarning", join(ROOT, "cli/main.ts"), "mcp-bridge", "--file", file];
  const bridge = spawn(process.execPath, args, { env: { ...process.env, MCP_ENDPOINT: at("mcp") }, stdio: "ignore" });
  t.after(() => bridge.kill("SIGKILL"));
  const client = new Client({ name: "desktop", version: "1.0.0" });
  await client.connect(new WebSocketTransport(at("call")));
  const names = async () => {
    const { tools } = await client.listTools().catch(() => ({ tools: [] }));
    return tools.map(({ name }) => name);
  };
  let known = await names();
  while (!known.includes("echo") || !known.includes("create_entities")) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    known = await names();
  }
  const echo = await client.callTool({ name: "echo", arguments: { message: "你好" } });
  assert.deepEqual(echo.content, [{ type: "text", text: "Echo: 你好" }]);
  const entities = [{ name: "Lamp", entityType: "thing", observations: ["stands in the hall"] }];
  await client.callTool({ name: "create_entities", arguments: { entities } });
  const graph = await client.callTool({ name: "read_graph", arguments: {} });
  assert.match(JSON.stringify(graph), /stands in the hall/);
  const steps: number[] = [];
  const long = { name: "trigger-long-running-operation", arguments: { duration: 0.4, steps: 4 } };
  await client.callTool(long, { onprogress: ({ progress }) => steps.push(progress) });
  assert.deepEqual(steps, [1, 2, 3, 4]);
  bridge.kill("SIGTERM");
  assert.deepEqual(await once(bridge, "exit"), [0, null]);
  await assert.rejects(client.listTools(), /no tool is connected/);
  await client.close();
});
