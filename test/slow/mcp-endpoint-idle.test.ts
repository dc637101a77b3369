import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { WebSocket } from "ws";
import { createLog } from "../../host-server/log.ts";
import { EndpointPort } from "../../host-server/mcp-endpoint/port/endpoint-port.ts";
import { VirtualClock } from "../../simulator/clock.ts";

const COUNT = 10_000;
const LIMITS = { messageBytes: 65_536, messagesPerSecond: 1_000_000, maxCalls: 100, connections: 0, timeoutMs: 30_000 };

test("10,000 idle connections: another's calls are answered, signs of life are asked for, and all of it is given back", async (t) => {
  const clock = new VirtualClock();
  const port = new EndpointPort({
    clock,
    log: createLog({ level: "silent" }),
    limits: LIMITS,
    key: "key",
    agentOf: (token) => token,
    auditFile: "",
  });
  port.http.listen(0, "127.0.0.1");
  await once(port.http, "listening");
  const base = `ws://127.0.0.1:${(port.http.address() as AddressInfo).port}`;
  const before = process.memoryUsage.rss();
  // A process of its own: both ends in one would be more files than many systems let a process have.
  const child = fork(join(import.meta.dirname, "idle-connections.ts"), [
    `${base}/mcp_endpoint/mcp/?token=`,
    String(COUNT),
  ]);
  t.after(async () => {
    child.kill();
    await port.close();
  });
  assert.deepEqual(await once(child, "message"), ["open", undefined]);
  const rss = process.memoryUsage.rss() - before;
  t.diagnostic(`${(rss / 1024 / COUNT).toFixed(1)} KiB a connection`);
  assert.equal(port.relay.counts.tool_connections, COUNT);

  const tool = new WebSocket(`${base}/mcp_endpoint/mcp/?token=busy`);
  tool.on("message", (data) => {
    const { id, method } = JSON.parse(String(data));
    const tools = method === "tools/list" ? { tools: [{ name: "add" }] } : {};
    if (id !== undefined) tool.send(JSON.stringify({ jsonrpc: "2.0", id, result: tools }));
  });
  await once(tool, "open");
  const caller = new WebSocket(`${base}/mcp_endpoint/call/?token=busy`);
  await once(caller, "open");
  for (let id = 1; id <= 1_000; id++) {
    caller.send(JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "add" } }));
    const [data] = await once(caller, "message");
    assert.deepEqual(JSON.parse(String(data)), { jsonrpc: "2.0", id, result: {} });
  }
  // Idle is not dead: who answers pings stays. Their handshake is given up, which is no reason to leave either.
  for (let round = 0; round < 3; round++) {
    const pinged = once(child, "message");
    await clock.advance(20_000);
    await pinged;
    // The answers lie in the sockets already: a turn of the loop reads a thousand of them.
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
  }
  assert.equal(port.relay.counts.tool_connections, COUNT + 1);
  child.disconnect();
  while (port.relay.counts.tool_connections > 1) await new Promise(setImmediate);
  assert.equal(port.relay.agents.length, 1);
  caller.terminate();
  tool.terminate();
});
