import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readMcpSettings } from "../../../../host-server/tools/server-mcp/settings.ts";

function read(entries: unknown) {
  return readMcpSettings(JSON.stringify({ mcpServers: entries }), "file");
}

test("programs and addresses are read as the reference writes them", () => {
  const { servers, errors, warnings } = read({
    files: { command: "npx", args: ["-y", "server"], env: { LEVEL: 3 }, cwd: "there", des: "files", link: "x" },
    old: { url: "http://host:8000/sse", API_ACCESS_TOKEN: "secret", sse_read_timeout: 300, timeout: 5 },
    chosen: { url: "http://host/sse", transport: "streamable-http", headers: { "X-Key": "k" } },
    typed: { type: "http", url: "http://host/mcp" },
    open: { url: "https://host/mcp" },
  });
  assert.deepEqual([errors, warnings], [[], []]);
  assert.deepEqual(servers, [
    { kind: "program", name: "files", command: "npx", args: ["-y", "server"], env: { LEVEL: "3" }, cwd: "there" },
    {
      kind: "address",
      name: "old",
      url: "http://host:8000/sse",
      headers: { Authorization: "Bearer secret" },
      transport: "sse",
      timeoutMs: 5_000,
    },
    {
      kind: "address",
      name: "chosen",
      url: "http://host/sse",
      headers: { "X-Key": "k" },
      transport: "streamable-http",
    },
    { kind: "address", name: "typed", url: "http://host/mcp", headers: {}, transport: "streamable-http" },
    { kind: "address", name: "open", url: "https://host/mcp", headers: {}, transport: "either" },
  ]);
});

test("an entry that is wrong is told of by file, entry and value; the others work", () => {
  const { servers, errors, warnings } = read({
    a: { command: "run", args: "x" },
    b: { url: "ftp://host" },
    c: { url: "http://host", transport: "pigeon" },
    d: {},
    e: 7,
    f: { command: "" },
    g: { command: "run", timeout: -1 },
    good: { command: "run", colour: "red" },
  });
  assert.deepEqual(errors, [
    'config-invalid: mcpServers.a.args: expected array, got "x" (file)',
    'config-invalid: mcpServers.b.url: expected an http or https address, got "ftp://host" (file)',
    'config-invalid: mcpServers.c.transport: expected sse, http or streamable-http, got "pigeon" (file)',
    "config-invalid: mcpServers.d: expected a command or a url, got neither (file)",
    "config-invalid: mcpServers.e: expected an object, got 7 (file)",
    'config-invalid: mcpServers.f.command: expected a command, got "" (file)',
    "config-invalid: mcpServers.g.timeout: Too small: expected number to be >0, got -1 (file)",
  ]);
  assert.deepEqual(warnings, ["mcpServers.good.colour: this key has no meaning here (file)"]);
  assert.deepEqual(
    servers?.map(({ name }) => name),
    ["good"],
  );
});

test("entries that are switched off are not used", () => {
  const { servers } = read({
    a: { command: "x", disabled: true },
    b: { command: "x", enabled: false },
    c: { command: "x" },
  });
  assert.deepEqual(
    servers?.map(({ name }) => name),
    ["c"],
  );
});

test("a file that is no such file is told of; an empty one has no servers", () => {
  assert.match(readMcpSettings("{ nonsense", "file").errors[0] ?? "", /^config-invalid: expected JSON: .* \(file\)$/);
  assert.equal(readMcpSettings("{ nonsense", "file").servers, undefined);
  assert.deepEqual(readMcpSettings("[]", "file").errors, ["config-invalid: expected an object, got [] (file)"]);
  assert.deepEqual(read(3).errors, ["config-invalid: mcpServers: expected an object, got 3 (file)"]);
  for (const text of ["", " \n", "{}"]) assert.deepEqual(readMcpSettings(text, "file").servers, []);
});

test("any file is read, and what is usable in it is used", () => {
  const keys = fc.constantFrom(
    "command",
    "args",
    "env",
    "url",
    "headers",
    "transport",
    "timeout",
    "disabled",
    "__proto__",
  );
  const entry = fc.oneof(fc.jsonValue(), fc.dictionary(keys, fc.jsonValue()));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), entry), fc.string(), (entries, text) => {
      const given = Object.fromEntries(Object.entries(entries).filter(([name]) => name !== "good"));
      const { servers } = read({ ...given, good: { command: "run" } });
      assert.ok(servers?.some(({ name }) => name === "good"));
      readMcpSettings(text, "file");
    }),
  );
});
