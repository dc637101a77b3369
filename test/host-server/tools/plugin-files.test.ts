import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { after, test } from "node:test";
import { systemClock } from "../../../host-server/clock.ts";
import { loadConfig } from "../../../host-server/config/load.ts";
import { createLog } from "../../../host-server/log.ts";
import { ServerTools } from "../../../host-server/server-tools.ts";
import { Catalogue } from "../../../host-server/tools/catalogue.ts";
import { fakeProviders } from "../fakes/world.ts";

const signal = new AbortController().signal;

/** A started server's tools, with these files in `data/plugins`. */
async function withPlugins(files: Record<string, string>, plugins = "{}") {
  const dataDirectory = mkdtempSync(join(tmpdir(), "plugins-"));
  mkdirSync(join(dataDirectory, "plugins"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dataDirectory, "plugins", name), text);
  const lines: Record<string, unknown>[] = [];
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const log = createLog({ level: "info", output });
  const env = { XIAOZHI_PLUGINS: plugins, XIAOZHI_MCP_ENDPOINT_SERVER_ENABLED: "false" };
  const { config } = loadConfig({ path: "no-such-file.yaml", env, providers: fakeProviders });
  const options = { config, clock: systemClock, log, dataDirectory, abilities: {}, timezoneMinutes: () => 0 };
  const server = new ServerTools(options);
  after(async () => {
    await server.stop();
    rmSync(dataDirectory, { recursive: true });
  });
  await server.start();
  const caller = { deviceId: "11:22:33:44:55:66", setPrompt: () => {} };
  const tools = new Catalogue({ sources: server.sourcesFor(caller), clock: systemClock, log, timeoutMs: 5_000 });
  const names = tools.specs().map(({ name }) => name);
  return { tools, names, lines, folder: join(dataDirectory, "plugins") };
}

/** A plugin that answers with a text. */
function answering(name: string, text: string): string {
  const definition = `{ name: "${name}", description: "", params: {}, run: () => "${text}" }`;
  return `export default ({ definePlugin }) => definePlugin(${definition});`;
}

/** The first block of TypeScript in a document that has this text in it. */
function exampleIn(document: string, text: string): string {
  const blocks = [...readFileSync(document, "utf8").matchAll(/```ts plugin\n(.*?)```/gs)].map(
    ([, code]) => code as string,
  );
  const found = blocks.find((code) => code.includes(text));
  assert.ok(found, `${document} has no example with ${text}`);
  return found;
}

test("the example of the documentation is a plugin", async () => {
  const example = exampleIn(join(import.meta.dirname, "../../../docs/tools.md"), "roll_dice");
  const { tools, names } = await withPlugins({ "dice.ts": example }, "{ dice: { sides: 1 } }");
  assert.ok(names.includes("roll_dice"));
  const { text, isError } = await tools.call("roll_dice", { count: 3 }, signal);
  assert.deepEqual([text, isError], ["You rolled 1, 1, 1.", false]);
  assert.match((await tools.call("roll_dice", { count: 99 }, signal)).text, /count is 99/);
});

test("plugins in TypeScript and JavaScript; one file may have several", async () => {
  const { names, lines } = await withPlugins({
    "a.mjs": answering("from_mjs", "x"),
    "b.js": answering("from_js", "x"),
    "c.ts": `const both = ["one", "two"] as const;
      export default ({ definePlugin }: any) =>
        both.map((name) => definePlugin({ name, description: "", params: {}, run: () => name }));`,
    "d.d.ts": "broken",
    "notes.txt": "no plugin",
  });
  assert.deepEqual(names.slice(-4), ["from_mjs", "from_js", "one", "two"]);
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ["plugins loaded"],
  );
});

test("a broken plugin is named and left out", async () => {
  const { names, lines, folder } = await withPlugins({
    "a.ts": "export default (",
    "b.mjs": "export default 7;",
    "c.mjs": "export default () => ({ tool: {} });",
    "d.mjs": "throw new Error('out of order');",
    "good.mjs": answering("good", "x"),
  });
  assert.equal(names.at(-1), "good");
  const errors = lines.filter(({ level }) => level === 50).map(({ file, error }) => `${file}: ${error}`);
  assert.equal(errors.length, 4);
  for (const [at, reason] of [
    /^.*a\.ts: /,
    /b\.mjs: expected a function/,
    /c\.mjs: expected what/,
    /d\.mjs: out of order/,
  ].entries()) {
    assert.match(errors[at]?.replace(`${folder}/`, "") ?? "", reason);
  }
});

test("a plugin takes the place of the server's own of the same name; of two such files the first counts", async () => {
  const { tools, names, lines } = await withPlugins({
    "a.mjs": answering("get_time", "tea time"),
    "b.mjs": answering("get_time", "too late"),
  });
  assert.equal(names.filter((name) => name === "get_time").length, 1);
  assert.equal((await tools.call("get_time", {}, signal)).text, "tea time");
  assert.ok(lines.some(({ level, tool }) => level === 50 && tool === "get_time"));
});

test("plugins can be switched off; one that there is not is warned of", async () => {
  const settings = "{ get_time: false, get_lunar: { enabled: false }, dice: false, get_tides: { api_key: x } }";
  const { names, lines } = await withPlugins({ "dice.mjs": answering("dice", "x") }, settings);
  assert.deepEqual(names.slice(0, 2), ["handle_exit_intent", "change_role"]);
  assert.ok(["get_time", "get_lunar", "dice"].every((name) => !names.includes(name)));
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ["plugins.get_tides: there is no such plugin here; this key is ignored"],
  );
});
