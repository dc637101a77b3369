import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readBridgeOrder } from "../../../host-server/mcp-bridge/command-line.ts";

const ENDPOINT = "wss://api.example.org/mcp/?token=abc";
const folder = mkdtempSync(join(tmpdir(), "bridge-"));
after(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, "servers.json");
  writeFileSync(path, text);
  return path;
}

function refused(args: string[], env = {}): string {
  try {
    readBridgeOrder(args, env);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

test("a command has the environment of who runs it, but for the token", () => {
  const env = { MCP_ENDPOINT: ENDPOINT, KEY: "k" };
  const order = readBridgeOrder(["--", "/usr/bin/npx", "-y", "@scope/server", "--help"], env);
  assert.equal(order?.endpoint, ENDPOINT);
  const server = { kind: "program", name: "npx", command: "/usr/bin/npx", args: ["-y", "@scope/server", "--help"] };
  assert.deepEqual(order?.servers, [{ ...server, env: { KEY: "k" } }]);
});

test("an address is tried both ways, with headers", () => {
  const args = ["--endpoint", ENDPOINT, "--url", "http://10.0.0.5:80/mcp", "--header", "Authorization: Bearer x y"];
  const headers = { Authorization: "Bearer x y" };
  assert.deepEqual(readBridgeOrder(args, { MCP_ENDPOINT: "ws://other" })?.servers, [
    { kind: "address", name: "10.0.0.5", url: "http://10.0.0.5:80/mcp", headers, transport: "either" },
  ]);
});

test("a file has many servers, without those that are switched off", () => {
  const mcpServers = {
    clock: { type: "stdio", command: "uvx", args: ["mcp-server-time"], env: { TZ: "UTC" } },
    far: { type: "sse", url: "http://10.0.0.5/sse" },
    off: { command: "x", disabled: true },
  };
  const path = file(JSON.stringify({ mcpServers }));
  const env = { MCP_ENDPOINT: ENDPOINT, KEY: "k", TZ: "PST" };
  for (const order of [readBridgeOrder(["--file", path], env), readBridgeOrder([], { ...env, MCP_CONFIG: path })]) {
    assert.deepEqual(
      order?.servers.map(({ name, kind }) => [name, kind]),
      [
        ["clock", "program"],
        ["far", "address"],
      ],
    );
    const [clock] = order?.servers ?? [];
    assert.deepEqual(clock?.kind === "program" && clock.env["TZ"], "UTC");
  }
});

test("the address of the callers' side becomes that of the tools", () => {
  const order = readBridgeOrder(["--endpoint", "ws://host:8004/mcp_endpoint/call?token=a%2B", "--", "x"], {});
  assert.equal(order?.endpoint, "ws://host:8004/mcp_endpoint/mcp/?token=a%2B");
});

test("what is missing or wrong is said", () => {
  const env = { MCP_ENDPOINT: ENDPOINT };
  assert.match(refused(["--", "x"]), /as --endpoint or in MCP_ENDPOINT an address is needed/);
  assert.match(refused(["--endpoint", "http://host", "--", "x"]), /an address is needed, as ws:/);
  assert.match(refused([], env), /give a command after --, or --url, or --file/);
  assert.match(refused(["--url", "http://a", "--", "x"], env), /not several of them/);
  assert.match(refused(["--url", "ftp://a"], env), /expected an http or https address/);
  assert.match(refused(["--url", "http://a", "--header", "odd"], env), /--header: expected "Name: value", got "odd"/);
  assert.match(refused(["--file", join(folder, "none.json")], env), /config-unreadable: .*none\.json/);
  assert.match(refused(["--file", file('{"mcpServers":{"a":{"args":1}}}')], env), /mcpServers\.a: expected a command/);
  assert.match(refused(["--file", file("{}")], env), /names no server/);
  assert.equal(readBridgeOrder(["--help"], {}), undefined);
});
