import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import { loadConfig } from "../../../host-server/config/load.ts";
import type { ProviderTable } from "../../../host-server/config/schema.ts";
import { ConfigError } from "../../../host-server/errors.ts";

const plain = { name: "plain", settings: z.strictObject({}), create: () => undefined };
const cloud = {
  name: "cloud",
  settings: z.strictObject({ key: z.string(), speed: z.number().default(1) }),
  create: () => undefined,
};
const providers: ProviderTable = { vad: [plain], asr: [plain], llm: [plain, cloud], tts: [plain] };

const folder = mkdtempSync(join(tmpdir(), "config-"));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, ".config.yaml");

function load(text: string, env: Record<string, string> = {}) {
  writeFileSync(path, text);
  return loadConfig({ path, env, providers });
}

/** The lines of the refusal, without the file's name. */
function refusal(text: string, env: Record<string, string> = {}): string[] {
  try {
    load(text, env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message.split("\n").map((line) => line.replace(` (${path})`, " (file)"));
  }
  throw new Error("the configuration was taken");
}

test("a missing or empty file gives a working configuration", () => {
  const missing = loadConfig({ path: join(folder, "none.yaml"), env: {}, providers });
  for (const { config, warnings } of [missing, load(""), load("# nothing\n")]) {
    assert.deepEqual(warnings, []);
    assert.deepEqual([config.server.port, config.server.http_port], [8000, 8002]);
    assert.equal(config.close_connection_no_voice_time, 120);
    assert.deepEqual(config.llm, { use: "plain", plain: {} });
  }
});

test("the environment wins over the file, the file over defaults", () => {
  const { config } = load("server: { port: 9000, http_port: 9002 }\nprompt: hello", {
    XIAOZHI_SERVER_PORT: "9100",
    XIAOZHI_PROMPT: "42",
    XIAOZHI_SERVER_AUTH_ALLOWED_DEVICES: "[a, b]",
    XIAOZHI_LLM_USE: "cloud",
    XIAOZHI_LLM_CLOUD_KEY: "123",
    OTHER: "x",
  });
  assert.equal(config.server.port, 9100);
  assert.equal(config.server.http_port, 9002);
  assert.equal(config.server.ip, "0.0.0.0");
  assert.equal(config.prompt, "42");
  assert.deepEqual(config.server.auth.allowed_devices, ["a", "b"]);
  assert.deepEqual(config.llm, { use: "cloud", cloud: { key: "123", speed: 1 } });
});

test("errors name key, value and origin", () => {
  assert.deepEqual(refusal("server: { port: x }"), ['config-invalid: server.port: expected number, got "x" (file)']);
  assert.deepEqual(refusal("server: { prot: 1 }\nfoo: 2"), [
    "config-invalid: server.prot: unknown key (file)",
    "config-invalid: foo: unknown key (file)",
  ]);
  assert.deepEqual(refusal("log: { level: loud }"), [
    'config-invalid: log.level: expected one of "trace"|"debug"|"info"|"warn"|"error"|"silent", got "loud" (file)',
  ]);
  assert.deepEqual(refusal("", { XIAOZHI_SERVER_PORT: "99999" }), [
    "config-invalid: server.port: expected number to be <=65535, got 99999 (XIAOZHI_SERVER_PORT)",
  ]);
  assert.deepEqual(refusal("llm: { use: cloud }"), [
    "config-invalid: llm.cloud.key: expected string, got nothing (file)",
  ]);
  assert.deepEqual(refusal("llm: { use: none }"), [
    'config-invalid: llm.use: expected one of "plain"|"cloud", got "none" (file)',
  ]);
  assert.match(refusal("- a list")[0] ?? "", /expected keys and values/);
  assert.match(refusal("a: [")[0] ?? "", /^config-invalid: .*line 1/);
});

test("keys of the reference that are not supported are warned of, by path", () => {
  const { config, warnings } = load(
    "selected_module: { ASR: FunASR }\nserver: { mqtt_gateway: null, port: 8000 }\nlog: { log_level: INFO, log_dir: tmp }",
  );
  assert.equal(config.log.level, "info");
  assert.deepEqual(
    warnings.map((warning) => warning.split(":")[0]),
    ["selected_module.ASR", "log.log_dir"],
  );
});

test("a Home Assistant among the reference's plugins is one of ours; the example's key means none", () => {
  const block = 'base_url: http://home:8123, devices: ["kitchen,lamp,light.kitchen"]';
  const { config } = load(`plugins: { home_assistant: { ${block}, api_key: abc }, get_time: false }`);
  const devices = ["kitchen,lamp,light.kitchen"];
  assert.deepEqual(config.home_assistant, { url: "http://home:8123", token: "abc", devices });
  assert.deepEqual(config.plugins, { get_time: false });
  const example = load(`plugins: { home_assistant: { ${block}, api_key: 你的api访问令牌 } }`);
  assert.equal(example.config.home_assistant.url, "");
});

test("an MCP endpoint is given by the address that consoles show, or by several", () => {
  const host = "ws://192.168.1.5:8004/mcp_endpoint";
  const endpoints = (text: string) => load(`mcp_endpoint: ${text}`).config.mcp_endpoint;
  assert.deepEqual(endpoints(`${host}/mcp/?token=a%2Fmcp%2F%3D`), [`${host}/call/?token=a%2Fmcp%2F%3D`]);
  assert.deepEqual(endpoints(`[ "${host}/mcp?token=a", "${host}/call/?token=b" ]`), [
    `${host}/call/?token=a`,
    `${host}/call/?token=b`,
  ]);
  for (const none of ['""', "你的接入点 websocket地址", "null", '"null"', "[]"]) assert.deepEqual(endpoints(none), []);
  const { config } = load("", { XIAOZHI_MCP_ENDPOINT: `${host}/mcp/?token=abc` });
  assert.deepEqual(config.mcp_endpoint, [`${host}/call/?token=abc`]);
  for (const wrong of ["http://host/mcp_endpoint/health?key=abc", "nonsense", "ws://host/other/?token=a", "7"]) {
    assert.match(refusal(`mcp_endpoint: ${wrong}`)[0] ?? "", /mcp_endpoint: expected an address as ws:/, wrong);
  }
});

test("a variable that is likely misspelt is warned of; others are nobody's business", () => {
  const { warnings } = load("", { XIAOZHI_SERVER_PROT: "1", XIAOZHI_COVERAGE: "x", XIAOZHI_LLM_CLOUD_KEY: "k" });
  assert.deepEqual(warnings, ["XIAOZHI_SERVER_PROT: no key of the configuration has this variable"]);
});

test("a map that comes twice is merged with a warning", () => {
  const { config, warnings } = load("server:\n  port: 8100\n  auth: { enabled: true }\nserver:\n  http_port: 8102\n");
  assert.deepEqual([config.server.port, config.server.http_port, config.server.auth.enabled], [8100, 8102, true]);
  assert.deepEqual(warnings, ["server: the key comes twice; both are merged"]);
});

test("aliases stand for what they name; one without end is refused with its place", () => {
  assert.equal(load("server: { http_port: &port 8100, port: *port }\n").config.server.port, 8100);
  const refusals = {
    "server: &a { auth: *a }": /server\.auth\.auth: \*a stands inside of what it names/,
    "server: { port: *a }": /server\.port: \*a names nothing that stands before it/,
    [Array.from({ length: 7 }, (_, at) => `a${at}: &a${at} [${Array(10).fill(at === 0 ? "1" : `*a${at - 1}`)}]`).join(
      "\n",
    )]: /the file stands for more than 100000 values/,
  };
  for (const [text, message] of Object.entries(refusals)) {
    assert.throws(
      () => load(text),
      (error: unknown) => error instanceof ConfigError && message.test(error.message),
      text,
    );
  }
});

test("any file gives a configuration or a refusal that names the file or a key", () => {
  const keys = fc.constantFrom("server", "port", "log", "level", "llm", "use", "cloud", "__proto__", "prompt", "x");
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 3 }, fc.jsonValue(), fc.dictionary(keys, tie("any"))),
  })).any;
  const text = fc.oneof(
    fc.string(),
    value.map((tree) => JSON.stringify(tree)),
  );
  fc.assert(
    fc.property(text, (source) => {
      try {
        assert.ok(load(source).config.server.port >= 0);
      } catch (error) {
        assert.ok(error instanceof ConfigError, String(error));
        assert.match(error.message, /^config-invalid: /);
      }
    }),
    { numRuns: 300 },
  );
});
