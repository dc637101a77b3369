import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "../..");

test("the package of npm, installed elsewhere without a C compiler, is a server that gets ready and stops when it is told", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-package-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const npm = (...args: string[]) => execFileSync("npm", [...args, "--ignore-scripts"], { cwd: folder, stdio: "pipe" });
  npm("pack", ROOT, "--pack-destination", folder);
  npm("install", "--no-audit", "--no-fund", "--prefer-offline", `${folder}/xiaozhi-xs-0.1.0.tgz`);
  const env = {
    ...process.env,
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_SERVER_PORT: "0",
    XIAOZHI_SERVER_HTTP_PORT: "0",
    XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
    NODE_TEST_CONTEXT: undefined,
    // Not everybody has a compiler; and compiling takes minutes.
    CC: "no-compiler",
  };
  const program = join(folder, "node_modules/.bin/xiaozhi");
  const server = spawn(program, ["server"], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(server, "exit");
  t.after(() => server.kill());
  let ota = "";
  for await (const line of createInterface({ input: server.stdout })) {
    const { msg, ...found } = JSON.parse(line) as { readonly msg: string; readonly ota: string; readonly opus: string };
    if (msg !== "server ready") continue;
    ota = found.ota;
    assert.equal(found.opus, "wasm");
    break;
  }
  const response = await fetch(`http://127.0.0.1:${new URL(ota).port}/readyz`);
  assert.deepEqual(await response.json(), { status: "ready", database: "ok" });
  server.kill("SIGTERM");
  assert.deepEqual((await exited)[0], 0);
});
