import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import type { JsonObject } from "../../protocol/json.ts";
import { ToolSideRelay } from "../host-server/fakes/tool-side.ts";

const MAIN = join(import.meta.dirname, "../../cli/main.ts");
const SMALL = join(import.meta.dirname, "../host-server/fixtures/small-mcp-server.ts");

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`xiaozhi mcp-bridge connects a program, and ends both at ${signal}`, async () => {
    const relay = await ToolSideRelay.open();
    const args = ["--disable-warning=ExperimentalWarning", MAIN, "mcp-bridge", "--", process.execPath, SMALL];
    const env = { ...process.env, MCP_ENDPOINT: relay.url, SMALL: "inherited" };
    const bridge = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    const lines: string[] = [];
    createInterface({ input: bridge.stdout }).on("line", (line) => lines.push(line));
    await relay.connected(1);
    assert.deepEqual(await relay.greet(), ["about"]);
    const { result } = await relay.ask(3, "tools/call", { name: "about" });
    const [pid, variable] = JSON.parse(String(((result as JsonObject)["content"] as JsonObject[])[0]?.["text"]));
    assert.equal(variable, "inherited");
    const ended = once(bridge, "exit");
    bridge.kill(signal);
    assert.deepEqual(await ended, [0, null]);
    assert.throws(() => process.kill(pid, 0), /ESRCH/);
    assert.ok(lines.some((line) => line.includes("MCP server connected to the endpoint")));
    assert.ok(!lines.some((line) => line.includes("secret")), "the token is not logged");
  });
}

test("wrong arguments are told in one line", async () => {
  const bridge = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, "mcp-bridge"], {
    env: { PATH: process.env["PATH"] },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const errors: string[] = [];
  createInterface({ input: bridge.stderr }).on("line", (line) => errors.push(line));
  assert.deepEqual(await once(bridge, "close"), [1, null]);
  assert.equal(errors.length, 1);
  assert.match(errors[0] ?? "", /^xiaozhi mcp-bridge: as --endpoint or in MCP_ENDPOINT an address is needed/);
});
