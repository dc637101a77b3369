import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { after, test } from "node:test";
import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { createServer } from "../../host-server/server.ts";
import { ServerTools } from "../../host-server/server-tools.ts";
import { Catalogue } from "../../host-server/tools/catalogue.ts";
import { FakeDevice } from "./fakes/device.ts";
import { runHomeAssistant } from "./fakes/home-assistant.ts";
import { type Round, scriptedStages } from "./fakes/stages.ts";
import { fakeProviders } from "./fakes/world.ts";
import { EVERYTHING } from "./fixtures/mcp-programs.ts";

const signal = new AbortController().signal;

/** The server's tools with this configuration, in a data folder of their own. */
function createTools(env: Record<string, string> = {}, settings?: string) {
  const dataDirectory = mkdtempSync(join(tmpdir(), "tools-"));
  const file = join(dataDirectory, ".mcp_server_settings.json");
  const write = (text: string) => writeFileSync(file, text);
  if (settings !== undefined) write(settings);
  const lines: Record<string, unknown>[] = [];
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const log = createLog({ level: "info", output });
  const noEndpoint = { XIAOZHI_MCP_ENDPOINT_SERVER_ENABLED: "false" };
  const { config } = loadConfig({
    path: "no-such-file.yaml",
    env: { ...noEndpoint, ...env },
    providers: fakeProviders,
  });
  const server = new ServerTools({
    config,
    clock: systemClock,
    log,
    dataDirectory,
    abilities: {},
    timezoneMinutes: () => 0,
  });
  after(async () => {
    await server.stop();
    rmSync(dataDirectory, { recursive: true });
  });
  const caller = { deviceId: "11:22:33:44:55:66", setPrompt: () => {} };
  const tools = new Catalogue({ sources: server.sourcesFor(caller), clock: systemClock, log, timeoutMs: 5_000 });
  const has = (name: string) => tools.specs().some((spec) => spec.name === name);
  return { server, config, tools, lines, has, write, file };
}

async function until(holds: () => boolean): Promise<void> {
  for (let round = 0; !holds(); round++) {
    assert.ok(round < 1_000, `never: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

for (const [version, isOld] of [
  ["of today", false],
  ["that speaks SSE alone", true],
] as const) {
  test(`a Home Assistant ${version} needs an address and a token`, async () => {
    const home = await runHomeAssistant("secret", isOld);
    const { server, tools, has } = createTools({
      XIAOZHI_HOME_ASSISTANT_URL: `${home.url}/`,
      XIAOZHI_HOME_ASSISTANT_TOKEN: "secret",
    });
    await server.start();
    await until(() => has("HassTurnOn"));
    assert.ok(!(await tools.call("HassTurnOn", { name: "kitchen" }, signal)).isError);
    assert.equal(home.lamps.get("kitchen"), true);
    const { text, isError } = await tools.call("HassTurnOff", { name: "cellar" }, signal);
    assert.ok(isError);
    assert.match(text, /no device is named cellar/);
    assert.ok(home.requests.includes(isOld ? "GET /mcp_server/sse" : "POST /api/mcp"));
  });
}

test("a user switches the light of a home on, and hears what became of it", async () => {
  const home = await runHomeAssistant("secret", false);
  const call = { id: "1", name: "HassTurnOn", arguments: { name: "kitchen" } };
  const rounds: Round[] = [[{ type: "tool-call", call }], "The kitchen is lit."];
  const env = {
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_SERVER_PORT: "0",
    XIAOZHI_SERVER_HTTP_PORT: "0",
    XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
    XIAOZHI_HOME_ASSISTANT_URL: home.url,
    XIAOZHI_HOME_ASSISTANT_TOKEN: "secret",
  };
  const { config } = loadConfig({ path: "no-such-file.yaml", env, providers: fakeProviders });
  const clock = systemClock;
  const stages = scriptedStages({ rounds, msPerCharacter: 1 }, clock);
  const lines: string[] = [];
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const log = createLog({ level: "info", output });
  const dataDirectory = mkdtempSync(join(tmpdir(), "tools-"));
  const server = createServer({ config, clock, log, providers: stages, dataDirectory });
  await server.start();
  after(async () => {
    await server.stop();
    rmSync(dataDirectory, { recursive: true });
  });
  await until(() => lines.some((line) => line.includes("MCP server connected")));
  const device = new FakeDevice(clock);
  server.attach(device);
  device.hello();
  device.detect("light in the kitchen please");
  await until(() => device.trace.at(-1) === "tts stop");
  assert.equal(home.lamps.get("kitchen"), true);
  assert.ok(device.trace.includes("stt % HassTurnOn"));
  assert.ok(device.trace.includes("sentence The kitchen is lit"), device.trace.join());
  assert.match(stages.asked[1]?.messages.at(-1)?.content ?? "", /"success":\["kitchen"\]/);
});

test("a wrong token is told of", async () => {
  const home = await runHomeAssistant("secret", false);
  const { server, lines } = createTools({
    XIAOZHI_HOME_ASSISTANT_URL: home.url,
    XIAOZHI_HOME_ASSISTANT_TOKEN: "wrong",
  });
  await server.start();
  await until(() => lines.length > 0);
  assert.equal(lines[0]?.["server"], "home_assistant");
  assert.match(JSON.stringify(lines[0]?.["error"]), /\/api\/mcp refused the login \(HTTP 401\)/);
  assert.ok(!JSON.stringify(lines).includes("wrong"));
});

test("the file of MCP servers is followed; a broken one changes nothing", async () => {
  const entry = { command: process.execPath, args: [EVERYTHING, "stdio"] };
  const { server, config, lines, has, write, file } = createTools(
    {},
    JSON.stringify({ mcpServers: { bad: { args: 1 } } }),
  );
  await server.start();
  assert.deepEqual(
    lines.map(({ level, msg }) => [level, msg]),
    [[50, `config-invalid: mcpServers.bad: expected a command or a url, got neither (${file})`]],
  );
  write(JSON.stringify({ mcpServers: { everything: entry } }));
  await until(() => has("echo"));
  write("{ half wri");
  await until(() => lines.some(({ msg }) => String(msg).startsWith("config-invalid: expected JSON")));
  assert.ok(has("echo"));
  write(JSON.stringify({ mcpServers: { everything: { ...entry, disabled: true } } }));
  server.reload(config);
  assert.ok(!has("echo"));
});
