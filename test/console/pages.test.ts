import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { OpenAPIHono } from "@hono/zod-openapi";
import { shortUri } from "../../console/account/short-uri.ts";
import { changesOf } from "../../console/api/changes.ts";
import { WORDED } from "../../console/api/worded.ts";
import { pairsIn, pairsOf, settingOf } from "../../console/forms/pairs.ts";
import { fits, kindOf, plainOf, type Schema, shownDefault } from "../../console/forms/schema.ts";
import { afterEvent, NOTHING } from "../../console/live/live-state.ts";
import { barsOf } from "../../console/live/stage-times.ts";
import { withoutEmpty } from "../../console/parts/clean.ts";
import { translated } from "../../console/shell/translator.ts";
import { OWN_ENGLISH } from "../../console/texts/english.ts";
import { wavOf } from "../../console/voices/wav.ts";
import type { LiveEvent } from "../../host-server/console/contract/live.ts";
import { mountPages } from "../../host-server/console/http/pages.ts";

test("a change holds what the server takes and what is new; an agent's version always", () => {
  const agent = { id: "a", name: "Chef", settings: { prompt: "Cook." }, tags: ["home"], version: 3, created: 1 };
  assert.deepEqual(changesOf("agents", { ...agent, name: "Cook", created: 2 }, agent), { name: "Cook", version: 3 });
  assert.deepEqual(changesOf("devices", { id: "d", alias: "Lamp", isOnline: true }, { alias: "" }), { alias: "Lamp" });
  assert.deepEqual(changesOf("sessions", { id: "s", title: "T", turns: 9 }, { title: "T" }), {});
});

test("texts are found by name and filled in, with a form for one and for many; what is missing shows its name", () => {
  const texts = {
    thing: "Thing |||| Things",
    room: { count: "%{smart_count} room |||| %{smart_count} rooms" },
    a: "%{x}, %{y}",
  };
  assert.equal(translated(texts, "thing"), "Thing |||| Things");
  assert.equal(translated(texts, "thing", { smart_count: 1 }), "Thing");
  assert.equal(translated(texts, "room.count", { smart_count: 0 }), "0 rooms");
  assert.equal(translated({ room: "房间" }, "room", { smart_count: 2 }), "房间");
  assert.equal(translated(texts, "a", { x: "$&", y: undefined }), "$&, %{y}");
  assert.equal(translated(texts, "room", { _: "Room %{x}", x: 7 }), "Room 7");
  for (const key of ["none", "room.none", "thing.length", "constructor", ""]) assert.equal(translated(texts, key), key);
});

test("every refusal that is named by its code has words", () => {
  for (const code of WORDED) assert.ok(code in OWN_ENGLISH.refusal, code);
});

test("fields that nobody filled in are no settings; what was given empty stays", () => {
  const settings = {
    prompt: "",
    voice: null,
    tts: { use: undefined, openai: { api_key: "" } },
    asr: { use: "openai" },
    exit_commands: [],
    vad: {},
    enabled: false,
    limit: 0,
  };
  assert.deepEqual(withoutEmpty(settings), {
    asr: { use: "openai" },
    exit_commands: [],
    vad: {},
    enabled: false,
    limit: 0,
  });
});

test("each kind of value gets its field, and what fits none is written as JSON", () => {
  const kinds: readonly (readonly [key: string, schema: Schema, kind: string])[] = [
    ["prompt", { type: "string" }, "text"],
    ["api_key", { type: "string" }, "secret"],
    ["keyboard", { type: "string" }, "text"],
    ["speed", { type: "integer" }, "number"],
    ["summary", { type: "boolean" }, "flag"],
    ["voice", { type: "string", enum: ["slt", "rms"] }, "choice"],
    ["words", { type: "array", items: { type: "string" } }, "list"],
    ["servers", { type: "array", items: { type: "object" } }, "json"],
    ["flite", { type: "object", properties: { voice: { type: "string" } } }, "fields"],
    ["plugins", { type: "object", additionalProperties: true }, "json"],
    ["contacts", { type: "object", additionalProperties: { type: "string" } }, "pairs"],
    ["replacement_words", { type: "array", items: { type: "string" } }, "pairs"],
    [
      "url",
      {
        anyOf: [
          { type: "string", const: "" },
          { type: "string", format: "uri" },
        ],
      },
      "text",
    ],
    [
      "use",
      {
        anyOf: [
          { type: "string", enum: ["a"] },
          { type: "array", items: { type: "string" } },
        ],
      },
      "choice",
    ],
    ["odd", { anyOf: [{ type: "string" }, { type: "object" }] }, "json"],
  ];
  for (const [key, schema, kind] of kinds) assert.equal(kindOf(key, schema), kind, key);
  assert.equal(fits("choice", ["a", "b"]), false);
  assert.equal(fits("list", ["a"]), true);
  assert.equal(fits("fields", true), false);
  assert.equal(fits("pairs", { a: "b" }), true);
  assert.equal(fits("pairs", { a: 1 }), false);
  assert.equal(plainOf({ description: "D", anyOf: [{ type: "number", description: "N" }] }).description, "D");
  assert.deepEqual([["x", "y"], [1], {}, [], null, 7].map(shownDefault), ["x, y", "[1]", "", "", "", "7"]);
  assert.equal(shownDefault("a".repeat(200)).length, 80);
});

test("pairs of texts are shown as rows, and kept as they were", () => {
  const words = ["GPU|显卡", "a|b|c", "alone"];
  assert.deepEqual(pairsOf(words)[1], { left: "a", right: "b|c" });
  assert.deepEqual(settingOf(pairsOf(words), "lines"), ["GPU|显卡", "a|b|c", "alone|"]);
  const contacts = { Kitchen: "02:00:00:00:00:01" };
  assert.deepEqual(settingOf([...pairsOf(contacts), { left: " ", right: "x" }], "record"), contacts);
  assert.equal(settingOf(pairsOf(undefined), "record"), null);
  assert.deepEqual(pairsIn("GPU\t显卡\r\n\nCPU， 处理器, eins\n"), [
    { left: "GPU", right: "显卡" },
    { left: "CPU", right: "处理器, eins" },
  ]);
});

test("what a microphone gave becomes a WAV of 16 bits", () => {
  const wav = wavOf(new Float32Array([0, 1, -1, 2, Number.NaN]), 16_000);
  assert.equal(Buffer.from(wav).toString("latin1", 0, 4), "RIFF");
  const samples = [0, 1, 2, 3, 4].map((index) => Buffer.from(wav).readInt16LE(44 + 2 * index));
  assert.deepEqual(samples, [0, 32_767, -32_767, 32_767, 0]);
  assert.deepEqual([wav.length, Buffer.from(wav).readUInt32LE(4), Buffer.from(wav).readUInt32LE(24)], [54, 46, 16_000]);
});

test("the address of a second factor fits into a code, without its owner if need be", () => {
  const secret = "A".repeat(52);
  const uri = (email: string) =>
    `otpauth://totp/XiaoZhi:${encodeURIComponent(email)}?secret=${secret}&issuer=XiaoZhi&digits=6`;
  assert.equal(shortUri(uri("ada@home.lan")), `otpauth://totp/XiaoZhi:ada%40home.lan?secret=${secret}`);
  assert.equal(shortUri(uri(`${"a".repeat(60)}@home.lan`)), `otpauth://totp/XiaoZhi?secret=${secret}`);
});

test("the live view keeps the conversation, its turns and the log, and forgets the oldest", () => {
  const events: LiveEvent[] = [
    { type: "state", at: 1, state: "listening", session: "s" },
    { type: "level", at: 2, up: 0.5, down: 0 },
    { type: "heard", at: 3, text: "Hello" },
    { type: "said", at: 4, text: "Hi." },
    { type: "heap", at: 5, bytes: 2_048 },
  ];
  const state = events.reduce(afterEvent, NOTHING);
  assert.equal(state.state, "listening");
  assert.deepEqual(
    state.lines.map(({ who, text }) => `${who}: ${text}`),
    ["user: Hello", "assistant: Hi."],
  );
  assert.equal(state.level.up, 0.5);
  assert.equal(state.heapBytes, 2_048);
  const turn: LiveEvent = {
    ...{ type: "turn", at: 5, turn: 1, heard: "Hello", speaker: "Ada", said: "Hi." },
    ...{ stages: { total: 900 }, isInterrupted: false, tools: [] },
  };
  assert.deepEqual(
    afterEvent(state, turn).lines.map(({ speaker }) => speaker),
    ["Ada", undefined],
  );
  const line: LiveEvent = { type: "log", at: 6, level: "info", message: "m", fields: {} };
  const many = Array.from({ length: 500 }, (_, at) => ({ ...line, at })).reduce(afterEvent, state);
  assert.equal(many.logs.length, 200);
  assert.equal(many.logs[0]?.at, 499);
  const unknown = { type: "later", at: 1 } as unknown as LiveEvent;
  assert.equal(afterEvent(state, unknown), state);
});

test("each stage of a turn begins where the one before ended, and the last two are since the end of speech", () => {
  const bars = barsOf({ endpoint: 200, asr: 150, tts: 300, firstFrame: 700, total: 2_000 });
  assert.deepEqual(
    bars.map(({ stage, from, until }) => [stage, from, until]),
    [
      ["endpoint", 0, 200],
      ["asr", 200, 350],
      ["tts", 350, 650],
      ["firstFrame", 650, 700],
      ["total", 700, 2_000],
    ],
  );
});

test("pages go out as they are or packed, parts of them for ever, and nothing else of the disk", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "pages-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const pages = join(folder, "pages");
  mkdirSync(join(pages, "assets"), { recursive: true });
  writeFileSync(join(folder, "secret.js"), "no");
  writeFileSync(join(pages, "assets", "a-1.js"), "plain");
  writeFileSync(join(pages, "assets", "a-1.js.br"), "packed");
  const app = new OpenAPIHono();
  mountPages(app, pages);
  assert.match(await (await app.request("/")).text(), /are not built/);
  writeFileSync(join(pages, "index.html"), "<p>page");
  const page = await app.request("/");
  assert.equal(page.headers.get("Content-Type"), "text/html; charset=utf-8");
  const known = { "If-None-Match": page.headers.get("ETag") ?? "" };
  assert.equal((await app.request("/", { headers: known })).status, 304);
  const part = await app.request("/assets/a-1.js");
  assert.equal(await part.text(), "plain");
  assert.match(part.headers.get("Cache-Control") ?? "", /immutable/);
  const packed = await app.request("/assets/a-1.js", { headers: { "Accept-Encoding": "gzip, br" } });
  assert.deepEqual([packed.headers.get("Content-Encoding"), await packed.text()], ["br", "packed"]);
  for (const path of ["..%2f..%2fsecret.js", "%2e%2e%2fsecret.js", "..%5csecret.js", "a-1.js.br", "a-1", "none.js"]) {
    assert.equal((await app.request(`/assets/${path}`)).status, 404, path);
  }
});
