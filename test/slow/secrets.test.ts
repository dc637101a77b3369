import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { after, test } from "node:test";
import { z } from "zod";
import { loadConfig } from "../../host-server/config/load.ts";
import { configSchema } from "../../host-server/config/schema.ts";
import { hiding } from "../../host-server/config/secrets/known-secrets.ts";
import { isSecretKey } from "../../host-server/config/secrets/secret-names.ts";
import { createLog } from "../../host-server/log.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { OTA_PATH } from "../../protocol/ota.ts";
import { createConsoleWorld } from "../host-server/fakes/console.ts";
import { fetchFrom } from "../host-server/fakes/http.ts";

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
}

const MARK = "Mark-of-a-Secret";

/** A configuration with a mark in place of every text that nobody may be shown, and of others where they are needed. */
function marked({ properties = {}, required = [] }: JsonSchema, parent = ""): Record<string, unknown> {
  const entries = Object.entries(properties).flatMap(([name, schema]): [string, unknown][] => {
    if (schema.type === "object") {
      const inner = marked(schema, name);
      return JSON.stringify(inner).includes(MARK) ? [[name, inner]] : [];
    }
    if (schema.type !== "string") return [];
    if (isSecretKey(name)) return [[name, `${MARK}-${name}`]];
    if (!required.includes(name) || schema.default !== undefined) return [];
    return [[name, name === "url" ? `${parent === "funasr" ? "ws" : "http"}://h/v1` : "x"]];
  });
  return Object.fromEntries(entries);
}

/** A model's server that repeats what it was sent, as real ones do. */
async function echoingServer(): Promise<{ port: number; close: () => void }> {
  const http = createServer((request, response) => {
    const message = `Incorrect API key provided: ${request.headers.authorization}. ${request.url}`;
    response.writeHead(401, { "content-type": "application/json" }).end(JSON.stringify({ error: { message } }));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    port: (http.address() as AddressInfo).port,
    close: () => {
      http.closeAllConnections();
      http.close();
    },
  };
}

test("no secret of a configuration is in a line of the log or in an answer", async () => {
  const schema = z.toJSONSchema(configSchema(providers), { io: "input", unrepresentable: "any" }) as JsonSchema;
  const tree = marked(schema) as { llm: Record<string, object> };
  assert.ok(JSON.stringify(tree).split(MARK).length > 20, "the schema has keys that are secrets");
  const model = await echoingServer();
  after(model.close);
  const folder = mkdtempSync(join(tmpdir(), "secrets-"));
  const path = join(folder, "config.yaml");
  tree.llm = { ...tree.llm, use: "openai" as never };
  tree.llm["openai"] = { ...tree.llm["openai"], base_url: `http://127.0.0.1:${model.port}/v1`, model: "m" };
  writeFileSync(path, JSON.stringify(tree));
  const { config } = loadConfig({ path, env: {}, providers });
  let lines = "";
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      lines += String(chunk);
      done();
    },
  });
  const log = createLog({ level: "trace", output, hide: hiding(config) });
  const answers: string[] = [];
  const world = await createConsoleWorld({ more: { config, log, agentProviders: providers } });
  try {
    const ada = await world.claim();
    const stranger = world.visitor();
    const { body } = await ada.ask("GET", "/openapi.json");
    const open = Object.entries(body.paths as Record<string, object>)
      .filter(([route, methods]) => "get" in methods && !/\{|restart|live|events|stream/.test(route))
      .map(([route]) => route);
    assert.ok(open.length > 20);
    for (const visitor of [ada, stranger]) {
      for (const route of [...open, "/metrics", "/healthz"]) answers.push((await visitor.ask("GET", route)).text);
    }
    const settings = { ...tree.llm["openai"] };
    const tried = { stage: "llm", provider: "openai", settings };
    answers.push((await ada.ask("POST", "/api/models/test", tried)).text);
    answers.push((await ada.ask("POST", "/api/models", { ...tried, name: "m" })).text);
    answers.push((await ada.ask("GET", "/api/models")).text);
    assert.ok(answers.join().includes("Incorrect API key provided"), "the model's server was asked");
    for (const wrong of [
      { authorization: `Bearer ${config.server.auth_key}` },
      { "Device-Id": "a", "Client-Id": "b" },
    ]) {
      answers.push(
        (await fetchFrom(world.server, "http", OTA_PATH, { method: "POST", headers: wrong, body: "{" })).text,
      );
    }
    log.warn(
      { error: new Error(`asked with ${config.server.auth_key}`), settings: config.llm },
      "what a careless line says",
    );
    await world.clock.advance(1_000);
  } finally {
    await world.close();
    rmSync(folder, { recursive: true });
  }
  assert.ok(lines.includes("what a careless line says"));
  for (const text of [lines, ...answers]) {
    const at = text.indexOf(MARK);
    assert.equal(at, -1, text.slice(Math.max(0, at - 200), at + 60));
  }
});
