import assert from "node:assert/strict";
import { after, test } from "node:test";
import { z } from "zod";
import { createDevice } from "../../../host-server/storage/devices.ts";
import { addMessages } from "../../../host-server/storage/messages.ts";
import { createConsoleWorld } from "../fakes/console.ts";
import { fakeProviders } from "../fakes/world.ts";

const spoken: string[] = [];
const llm = {
  name: "cloud",
  settings: z.strictObject({ api_key: z.string().default(""), base_url: z.string().default(""), model: z.string() }),
  create: ({ model }: { model: string }) => ({
    async *reply() {
      if (model === "broken") throw new Error("no such model");
      yield { type: "text", text: `I am ${model}.` };
    },
    close: async () => void spoken.push(`closed ${model}`),
  }),
};
const world = await createConsoleWorld({
  more: { agentProviders: { ...fakeProviders, llm: [...fakeProviders.llm, llm as never] } },
});
after(() => world.close());
const ada = await world.claim();
const grace = await world.invite(ada, "grace@home.lan");

const KEY = "sk-very-secret";

test("an agent is made, changed, looked back at and restored", async () => {
  const { status, body: made } = await grace.ask("POST", "/api/agents", {
    name: "Cook",
    settings: { prompt: "You cook.", language: "de" },
    tags: ["kitchen"],
  });
  assert.deepEqual([status, made.name, made.version, made.tags], [201, "Cook", 1, ["kitchen"]]);
  const path = `/api/agents/${made.id}`;
  const change = { settings: { prompt: "You bake." }, version: 1 };
  assert.equal((await grace.ask("PATCH", path, change)).body.version, 2);
  assert.equal((await grace.ask("PATCH", path, { ...change, name: "Baker" })).body.code, "storage-conflict");
  const { body: snapshots } = await grace.ask("GET", `${path}/snapshots`);
  assert.deepEqual(snapshots[0].settings, { prompt: "You cook.", language: "de" });
  assert.deepEqual((await grace.ask("GET", `${path}/snapshots/1/diff`)).body, [
    { path: "language", before: "de" },
    { path: "prompt", before: "You cook.", after: "You bake." },
  ]);
  assert.equal((await grace.ask("POST", `${path}/restore`, { version: 1, seen: 1 })).status, 409);
  const { body: restored } = await grace.ask("POST", `${path}/restore`, { version: 1, seen: 2 });
  assert.deepEqual([restored.version, restored.settings.prompt], [3, "You cook."]);
  assert.deepEqual((await grace.ask("GET", "/api/agent-tags")).body, ["kitchen"]);
  const copy = await grace.ask("POST", "/api/agents", {
    name: "Second",
    copyOf: made.id,
    settings: { prompt: "Two." },
  });
  assert.deepEqual(copy.body.settings, { prompt: "Two.", language: "de" });
});

test("what is wrong with settings is said by key, and users set what is theirs", async () => {
  const make = (visitor: typeof ada, settings: object) => visitor.ask("POST", "/api/agents", { name: "X", settings });
  const wrong = await make(grace, { chat_history: 7 });
  assert.deepEqual(
    [wrong.status, wrong.body.code, wrong.body.field],
    [400, "settings-invalid", "settings.chat_history"],
  );
  assert.equal((await make(ada, { nonsense: 1 })).body.field, "settings.nonsense");
  assert.equal((await make(ada, { server: { port: 1 } })).status, 400);
  for (const settings of [
    { prompt_template: "/etc/passwd" },
    { llm: { use: "cloud", cloud: { model: "m", base_url: "http://10.0.0.1/" } } },
    { plugins: { search_from_ragflow: { base_url: "http://10.0.0.1/" } } },
  ]) {
    assert.equal((await make(grace, settings)).status, 403, JSON.stringify(settings));
  }
  assert.equal((await make(grace, { plugins: { get_weather: false } })).status, 201);
});

test("secrets go in and never come out", async () => {
  const settings = { llm: { use: "cloud", cloud: { model: "m", api_key: KEY } } };
  const { body: made } = await ada.ask("POST", "/api/agents", { name: "Secret", settings });
  const path = `/api/agents/${made.id}`;
  const shown = { llm: { use: "cloud", cloud: { model: "m", api_key: "********" } } };
  assert.deepEqual(made.settings, shown);
  shown.llm.cloud.model = "n";
  assert.equal((await ada.ask("PATCH", path, { settings: shown })).status, 200);
  const row = await world.storage.db.selectFrom("agents").select("settings").where("id", "=", made.id).execute();
  assert.deepEqual(JSON.parse(row[0]?.settings ?? "").llm.cloud, { model: "n", api_key: KEY });
  const { body: template } = await ada.ask("POST", "/api/templates", { name: "T", settings });
  const { body: fromTemplate } = await grace.ask("POST", "/api/agents", { name: "Mine", template: template.id });
  const kept = { ...fromTemplate.settings, prompt: "Hello." };
  assert.equal((await grace.ask("PATCH", `/api/agents/${fromTemplate.id}`, { settings: kept })).status, 200);
  kept.llm.cloud.base_url = "http://thief.example/";
  assert.equal((await grace.ask("PATCH", `/api/agents/${fromTemplate.id}`, { settings: kept })).status, 403);
  for (const page of [path, `${path}/snapshots`, `${path}/snapshots/1/diff`, "/api/audit", "/api/templates"]) {
    assert.ok(!(await ada.ask("GET", page)).text.includes(KEY), page);
  }
});

test("another's agent is not there", async () => {
  const { body: own } = await ada.ask("POST", "/api/agents", { name: "Own" });
  for (const [method, path, body] of [
    ["GET", ""],
    ["PATCH", "", { name: "mine" }],
    ["DELETE", ""],
    ["GET", "/snapshots"],
    ["POST", "/restore", { version: 1 }],
    ["GET", "/memories"],
    ["POST", "/voiceprints", { name: "me" }],
  ] as const) {
    assert.equal((await grace.ask(method, `/api/agents/${own.id}${path}`, body)).status, 404, `${method} ${path}`);
  }
  assert.equal((await grace.ask("POST", "/api/agents", { name: "Copy", copyOf: own.id })).status, 404);
  const { body } = await grace.ask("GET", `/api/agents?ids=${own.id}`);
  assert.equal(body.total, 0);
});

test("an agent's voices and memories are its owner's", async () => {
  const { body: mine } = await grace.ask("POST", "/api/agents", { name: "Voices" });
  const { body: other } = await grace.ask("POST", "/api/agents", { name: "Others" });
  const path = `/api/agents/${mine.id}/voiceprints`;
  const { body: print } = await grace.ask("POST", path, { name: "Kim" });
  assert.equal((await grace.ask("PATCH", `${path}/${print.id}`, { name: "Kimi" })).body.name, "Kimi");
  assert.equal((await grace.ask("DELETE", `/api/agents/${other.id}/voiceprints/${print.id}`)).status, 404);
  const memories = `/api/agents/${mine.id}/memories`;
  assert.equal((await grace.ask("PATCH", `${memories}/AA:BB:CC:00:00:01`, { text: "Likes tea." })).status, 200);
  assert.equal((await grace.ask("GET", memories)).body[0].text, "Likes tea.");
  assert.equal((await grace.ask("DELETE", `${memories}/aa:bb:cc:00:00:01`)).status, 200);
});

test("providers have forms, models are made of them, and tried", async () => {
  const { body: forms } = await grace.ask("GET", "/api/providers");
  const form = forms.find(({ name }: { name: string }) => name === "cloud");
  assert.deepEqual([form.stage, form.isInUse, form.schema.required], ["llm", false, ["model"]]);
  const given = { stage: "llm", provider: "cloud", settings: { model: "m", api_key: KEY } };
  const { body: made } = await ada.ask("POST", "/api/models", { ...given, name: "Cloud M" });
  assert.equal(made.settings.api_key, "********");
  assert.deepEqual((await grace.ask("GET", `/api/models/${made.id}`)).body.settings, {});
  const wrong = await ada.ask("POST", "/api/models", { ...given, name: "W", settings: { model: 3 } });
  assert.deepEqual([wrong.status, wrong.body.field], [400, "settings.model"]);
  const tried = await ada.ask("POST", "/api/models/test", { ...given, settings: made.settings, model: made.id });
  assert.deepEqual([tried.body.isOk, tried.body.text], [true, "I am m."]);
  const broken = await ada.ask("POST", "/api/models/test", { ...given, settings: { model: "broken" } });
  assert.deepEqual([broken.body.isOk, broken.body.text], [false, "no such model"]);
  assert.deepEqual(spoken, ["closed m", "closed broken"]);
  const { body: agent } = await grace.ask("POST", "/api/agents", { name: "A", settings: { models: { llm: made.id } } });
  assert.deepEqual(agent.settings.models, { llm: made.id });
  await ada.ask("PATCH", `/api/models/${made.id}`, { isEnabled: false });
  assert.equal((await grace.ask("PATCH", `/api/agents/${agent.id}`, { settings: agent.settings })).status, 400);
});

test("settings of the server are checked before they count", async () => {
  const set = (id: string, value: string) => ada.ask("POST", "/api/parameters", { id, value });
  assert.equal((await set("server.timezone_offset", "eight")).body.field, "value");
  assert.equal((await set("server.nonsense", "1")).body.code, "parameter-unknown");
  assert.equal((await set("database.url", "postgres://x/")).body.code, "parameter-unknown");
  assert.equal((await set("server.timezone_offset", "8")).status, 201);
  assert.equal((await set("server.timezone_offset", "9")).status, 409);
  const path = "/api/parameters/server.timezone_offset";
  assert.equal((await ada.ask("PATCH", path, { value: "9" })).body.value, "9");
  assert.equal((await set("server.auth_key", KEY)).body.value, "********");
  assert.ok(!(await ada.ask("GET", "/api/audit")).text.includes(KEY));
  for (const id of ["server.timezone_offset", "server.auth_key"]) {
    assert.equal((await ada.ask("DELETE", `/api/parameters/${id}`)).status, 200);
  }
});

test("documents are kept, read in pieces and removed", async () => {
  const text = "# Dishwasher\n\nThe short programme is number three.";
  const { status, body } = await ada.ask("POST", "/api/documents", { name: "kitchen.md", text });
  assert.deepEqual([status, body.name, body.passages, body.origin], [201, "kitchen.md", 1, ""]);
  const passages = (await ada.ask("GET", `/api/documents/${body.id}/passages`)).body;
  assert.deepEqual(passages, [{ heading: "Dishwasher", text: "The short programme is number three." }]);
  const tried = await ada.ask("GET", "/api/passages?question=short%20programme&limit=3");
  assert.deepEqual(
    tried.body.map(({ document: name, score }: { document: string; score: number }) => [name, score > 0]),
    [["kitchen.md", true]],
  );
  assert.deepEqual((await ada.ask("GET", "/api/passages?question=programme&collection=garden")).body, []);
  assert.equal((await ada.ask("GET", "/api/passages")).body.field, "question");
  assert.equal((await ada.ask("POST", "/api/documents", { name: "x", text: " \n " })).body.code, "document-empty");
  assert.equal((await ada.ask("GET", "/api/documents?search=KITCHEN")).body.total, 1);
  assert.equal((await ada.ask("DELETE", `/api/documents/${body.id}`)).status, 200);
  assert.equal((await ada.ask("GET", `/api/documents/${body.id}`)).status, 404);
});

test("history is read by who owns the device, from when he has it", async () => {
  const { storage, clock } = world;
  const { body: me } = await grace.ask("GET", "/api/me");
  const device = "aa:bb:cc:00:00:07";
  const session = (id: string) => ({ id, device, agent: null, title: id, turns: 1, started: clock.now(), ended: null });
  await storage.db.insertInto("sessions").values(session("before")).execute();
  await clock.advance(1_000);
  await createDevice(storage, device, { owner: me.id });
  await storage.db.insertInto("sessions").values(session("since")).execute();
  const said = (id: string, text: string) => ({ session: id, device, agent: null, text, at: clock.now() });
  const audio = { type: "audio/ogg", data: new Uint8Array([1, 2, 3]) };
  await addMessages(storage, [
    { ...said("before", "old"), role: "user", at: clock.now() - 1_000 },
    { ...said("since", "new"), role: "user", audio },
  ]);
  const titles = async (visitor: typeof ada, query = "") =>
    (await visitor.ask("GET", `/api/sessions${query}`)).body.rows.map(({ id }: { id: string }) => id);
  assert.deepEqual(await titles(grace), ["since"]);
  assert.deepEqual(await titles(grace, `?device=${device}`), ["since"]);
  assert.deepEqual(await titles(ada), ["since", "before"]);
  assert.equal((await grace.ask("GET", "/api/sessions/before")).status, 404);
  assert.equal((await grace.ask("GET", "/api/messages?session=before")).status, 404);
  assert.equal((await grace.ask("GET", "/api/messages")).status, 400);
  const { body } = await grace.ask("GET", `/api/messages?device=${device}`);
  assert.deepEqual(
    body.rows.map(({ text }: { text: string }) => text),
    ["new"],
  );
  assert.equal(body.rows[0].hasAudio, true);
  const sound = await grace.ask("GET", `/api/messages/${body.rows[0].id}/audio`);
  assert.deepEqual([sound.status, sound.headers["content-type"], sound.text.length], [200, "audio/ogg", 3]);
  const kim = await world.invite(ada, "kim@home.lan");
  for (const path of [
    "/api/sessions/since",
    `/api/messages/${body.rows[0].id}/audio`,
    `/api/sessions?device=${device}`,
  ]) {
    assert.equal((await kim.ask("GET", path)).status, 404, path);
  }
  assert.equal((await grace.ask("PATCH", "/api/sessions/since", { title: "Tea" })).body.title, "Tea");
  assert.equal((await grace.ask("DELETE", "/api/sessions/since")).status, 200);
});
