import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { CHINESE } from "../../../console/texts/chinese.ts";
import { OWN_ENGLISH } from "../../../console/texts/english.ts";
import { OPEN_PATHS } from "../../../host-server/console/accounts/accounts.ts";
import { changeOf } from "../../../host-server/console/http/change.ts";
import { FlashImages } from "../../../host-server/flash/flash-images.ts";
import { signToken } from "../../../host-server/ota/token.ts";
import { createAgent, updateAgent } from "../../../host-server/storage/agents.ts";
import { createDevice } from "../../../host-server/storage/devices.ts";
import { createFirmware } from "../../../host-server/storage/fleet/firmware.ts";
import { createDocument } from "../../../host-server/storage/knowledge.ts";
import { setMemory } from "../../../host-server/storage/memories.ts";
import { addMessages } from "../../../host-server/storage/messages.ts";
import { createModel } from "../../../host-server/storage/models.ts";
import { setParameter } from "../../../host-server/storage/parameters.ts";
import { createVoiceprint } from "../../../host-server/storage/voiceprints.ts";
import { createConsoleWorld, type Visitor } from "../fakes/console.ts";
import { streamTo } from "../fakes/http.ts";
import { fakeProviders } from "../fakes/world.ts";
import { flashFiles } from "../flash/flash-files.ts";

const SECRET = "between servers";
const AUTH_KEY = "tokens of devices";
const world = await createConsoleWorld({
  env: { XIAOZHI_SERVER_SECRET: SECRET, XIAOZHI_SERVER_AUTH_KEY: AUTH_KEY },
  more: { agentProviders: fakeProviders, restart: () => {} },
});
after(() => world.close());
const { storage } = world;
const ada = await world.claim();
const grace = await world.invite(ada, "grace@home.lan");
const kim = await world.invite(ada, "kim@home.lan");
const { id: graceId } = (await grace.ask("GET", "/api/me")).body;

const MAC = "aa:bb:cc:00:02:01";
const seconds = Math.floor(world.clock.now() / 1000);
const callers: Readonly<Record<string, Visitor>> = {
  nobody: world.visitor(),
  "a device": world.visitor(signToken(AUTH_KEY, { clientId: "c", deviceId: MAC }, seconds)),
  "a server": world.visitor(SECRET),
  "another user": kim,
  "its owner": grace,
  "an administrator": ada,
};

/** Who may: everybody, accounts, accounts for what is theirs, administrators. */
type Access = "open" | "user" | "own" | "administrator";

/** Every route of the console, who may call it, and a body that it takes. A route that is missing here fails the test. */
const ROUTES: readonly (readonly [method: string, path: string, access: Access, body?: unknown])[] = [
  ["GET", "/api/setup", "open"],
  ["GET", "/api/me", "user"],
  ["GET", "/api/tokens", "user"],
  ["POST", "/api/tokens", "user", { name: "t" }],
  ["DELETE", "/api/tokens/{id}", "own"],
  ["GET", "/api/audit", "administrator"],
  ["GET", "/api/users", "administrator"],
  ["POST", "/api/users", "administrator", {}],
  ["GET", "/api/users/{id}", "administrator"],
  ["PATCH", "/api/users/{id}", "administrator", { name: "Grace" }],
  ["DELETE", "/api/users/{id}", "administrator"],
  ["GET", "/api/devices", "user"],
  ["POST", "/api/devices", "administrator", {}],
  ["POST", "/api/devices/bind", "user", {}],
  ["POST", "/api/devices/batch", "user", { ids: ["x"], action: { type: "reboot" } }],
  ["GET", "/api/devices/{id}", "own"],
  ["PATCH", "/api/devices/{id}", "own", { alias: "x" }],
  ["DELETE", "/api/devices/{id}", "own"],
  ["GET", "/api/devices/{id}/tools", "own"],
  ["POST", "/api/devices/{id}/tools", "own", { name: "x" }],
  ["POST", "/api/devices/{id}/reboot", "own"],
  ["POST", "/api/devices/{id}/revoke", "own"],
  ["GET", "/api/devices/{id}/live", "own"],
  ["GET", "/api/device-groups", "user"],
  ["GET", "/api/agent-form", "user"],
  ["GET", "/api/agent-tags", "user"],
  ["GET", "/api/agents", "user"],
  ["POST", "/api/agents", "user", { name: "x" }],
  ["GET", "/api/agents/{id}", "own"],
  ["PATCH", "/api/agents/{id}", "own", { name: "x" }],
  ["DELETE", "/api/agents/{id}", "own"],
  ["GET", "/api/agents/{id}/snapshots", "own"],
  ["GET", "/api/agents/{id}/snapshots/{version}/diff", "own"],
  ["POST", "/api/agents/{id}/restore", "own", { version: 1 }],
  ["GET", "/api/agents/{id}/mcp", "own"],
  ["GET", "/api/agents/{id}/memories", "own"],
  ["PATCH", "/api/agents/{id}/memories/{device}", "own", { text: "x" }],
  ["DELETE", "/api/agents/{id}/memories/{device}", "own"],
  ["GET", "/api/agents/{id}/voiceprints", "own"],
  ["POST", "/api/agents/{id}/voiceprints", "own", { name: "x" }],
  ["PATCH", "/api/agents/{id}/voiceprints/{voiceprint}", "own", { name: "x" }],
  ["DELETE", "/api/agents/{id}/voiceprints/{voiceprint}", "own"],
  ["POST", "/api/agents/{id}/voiceprints/{voiceprint}/recording", "own", new Uint8Array(10)],
  ["GET", "/api/agents/{id}/voiceprints/{voiceprint}/recording", "own"],
  ["DELETE", "/api/agents/{id}/voiceprints/{voiceprint}/recording", "own"],
  ["GET", "/api/templates", "user"],
  ["GET", "/api/templates/{id}", "user"],
  ["POST", "/api/templates", "administrator", { name: "x" }],
  ["PATCH", "/api/templates/{id}", "administrator", { name: "x" }],
  ["DELETE", "/api/templates/{id}", "administrator"],
  ["GET", "/api/sessions", "user"],
  ["GET", "/api/sessions/{id}", "own"],
  ["PATCH", "/api/sessions/{id}", "own", { title: "x" }],
  ["DELETE", "/api/sessions/{id}", "own"],
  ["GET", "/api/messages", "user"],
  ["GET", "/api/messages/{id}/audio", "own"],
  ["GET", "/api/providers", "user"],
  ["GET", "/api/models", "user"],
  ["GET", "/api/models/{id}", "user"],
  ["POST", "/api/models", "administrator", {}],
  ["POST", "/api/models/test", "administrator", {}],
  ["PATCH", "/api/models/{id}", "administrator", { name: "x" }],
  ["DELETE", "/api/models/{id}", "administrator"],
  ["GET", "/api/parameters", "administrator"],
  ["POST", "/api/parameters", "administrator", {}],
  ["GET", "/api/parameters/{id}", "administrator"],
  ["PATCH", "/api/parameters/{id}", "administrator", { note: "x" }],
  ["DELETE", "/api/parameters/{id}", "administrator"],
  ["GET", "/api/documents", "administrator"],
  ["POST", "/api/documents", "administrator", {}],
  ["GET", "/api/documents/{id}", "administrator"],
  ["GET", "/api/documents/{id}/passages", "administrator"],
  ["DELETE", "/api/documents/{id}", "administrator"],
  ["GET", "/api/passages", "administrator"],
  ["GET", "/api/firmware", "administrator"],
  ["POST", "/api/firmware", "administrator", new Uint8Array(10)],
  ["GET", "/api/firmware/{id}", "administrator"],
  ["PATCH", "/api/firmware/{id}", "administrator", { note: "x" }],
  ["DELETE", "/api/firmware/{id}", "administrator"],
  ["POST", "/api/firmware/{id}/rollout", "administrator", {}],
  ["POST", "/api/firmware/{id}/stop", "administrator"],
  ["POST", "/api/firmware/{id}/rollback", "administrator"],
  ["GET", "/api/flash-images", "administrator"],
  ["POST", "/api/flash-images", "administrator", new Uint8Array(10)],
  ["DELETE", "/api/flash-images/{id}", "administrator"],
  ["GET", "/api/server", "administrator"],
  ["GET", "/api/server/figures", "administrator"],
  ["POST", "/api/server/reload", "administrator"],
  ["POST", "/api/server/restart", "administrator"],
];

/** Routes of others beside the console, which their own tests look after. */
const OTHERS = /^(POST \/api\/devices\/\{id\}\/say|(GET|POST) \/(?!api\/))/;

/** Ids of one of each, which are Grace's where they are somebody's. */
async function provide(): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  for (const table of ["devices", "agents", "sessions", "models", "firmware", "agent_templates"] as const) {
    await storage.db.deleteFrom(table).execute();
  }
  await createDevice(storage, MAC, { owner: graceId });
  await createAgent(storage, { id: "a", name: "A", owner: graceId, settings: {} });
  await updateAgent(storage, "a", { name: "B" });
  await setMemory(storage, MAC, "a", "tea");
  await createVoiceprint(storage, "a", { id: "v", name: "V" });
  mkdirSync(join(world.folder, "voiceprints"), { recursive: true });
  writeFileSync(join(world.folder, "voiceprints", "v.wav"), "sound");
  const now = world.clock.now();
  const session = { id: "s", device: MAC, agent: "a", title: "", turns: 0, started: now, ended: null };
  await storage.db.insertInto("sessions").values(session).execute();
  const audio = { type: "audio/wav", data: new Uint8Array(4) };
  const said = { session: "s", device: MAC, agent: "a", text: "x", at: now, audio } as const;
  const [message] = await addMessages(storage, [{ ...said, role: "user" }]);
  await createModel(storage, { id: "m", stage: "llm", name: "M", provider: "scripted", settings: {} });
  const image = { board: "b", version: "1", project: "p", bytes: 1, sha256: "", note: "" };
  await createFirmware(storage, { id: "f.bin", ...image });
  await storage.db.updateTable("firmware").set({ state: "stopped" }).execute();
  await setParameter(storage, "server.timezone_offset", { value: "8" });
  const { id: documentId } = await createDocument(storage, { name: "d", passages: [{ heading: "", text: "x" }] });
  const flash = new FlashImages(world.folder);
  const { id: flashId } = (await flash.list())[0] ?? (await flash.add(flashFiles()));
  const { body: token } = await grace.ask("POST", "/api/tokens", { name: "t" });
  const { body: template } = await ada.ask("POST", "/api/templates", { name: "T" });
  const account = { name: "Lin", email: `lin${message}@home.lan`, password: "a long sentence" };
  const { body: user } = await ada.ask("POST", "/api/users", account);
  return {
    tokens: { id: token.id },
    users: { id: user.id },
    devices: { id: MAC },
    agents: { id: "a", version: "1", device: MAC, voiceprint: "v" },
    templates: { id: template.id },
    sessions: { id: "s" },
    messages: { id: String(message) },
    models: { id: "m" },
    documents: { id: documentId },
    parameters: { id: "server.timezone_offset" },
    firmware: { id: "f.bin" },
    "flash-images": { id: flashId },
  };
}

/** The status with which a request begins to be answered. */
async function statusOf(visitor: Visitor, method: string, path: string, body: unknown): Promise<number> {
  if (!path.endsWith("/live")) return (await visitor.ask(method, path, body)).status;
  const stream = streamTo(world.server, "http");
  const token = visitor.token === undefined ? "" : `Authorization: Bearer ${visitor.token}\r\n`;
  stream.write(`${method} ${path} HTTP/1.1\r\nHost: box\r\nCookie: ${visitor.cookie}\r\n${token}\r\n`);
  const [line] = await once(stream, "data");
  stream.destroy();
  return Number(/^HTTP\/1.1 (\d+)/.exec(String(line))?.[1]);
}

const REFUSED = new Set([401, 403, 404]);

/** What a caller is told: a status, or undefined where he is let in. */
function refusalFor(caller: string, access: Access): number | undefined {
  if (access === "open" || caller === "an administrator") return undefined;
  if (["nobody", "a device", "a server"].includes(caller)) return 401;
  if (access === "administrator") return 403;
  return access === "own" && caller === "another user" ? 404 : undefined;
}

test("every route is in the table, and the table has no other", async () => {
  const { paths } = (await ada.ask("GET", "/openapi.json")).body as { paths: Record<string, object> };
  const real = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual(
    real.filter((route) => !OTHERS.test(route)).sort(),
    ROUTES.map(([method, path]) => `${method} ${path}`).sort(),
  );
});

test("what each route and each login changes has its name in the audit log, in both languages", () => {
  const changes = ROUTES.filter(([method]) => method !== "GET").map(([method, path]) =>
    changeOf({ method: method.toLowerCase() as "post", path }, { params: {}, body: undefined, answer: undefined }),
  );
  const logins = [...OPEN_PATHS].filter((path) => path !== "get-session");
  const actions = new Set([...changes.map(({ action }) => action), ...logins]);
  const entities = new Set(["account", ...changes.map(({ entity }) => entity)]);
  for (const texts of [OWN_ENGLISH, CHINESE]) {
    const { action, entity } = texts.audit;
    assert.deepEqual([...actions].filter((name) => !Object.hasOwn(action, name)).sort(), []);
    const isNamed = (name: string) => Object.hasOwn(entity, name) || Object.hasOwn(texts.resources, name);
    assert.deepEqual([...entities].filter((name) => !isNamed(name)).sort(), []);
  }
});

test("the description says of every route what it takes, what it gives, and how it refuses", async () => {
  const { paths } = (await ada.ask("GET", "/openapi.json")).body as {
    paths: Record<string, Record<string, Described>>;
  };
  const poor: string[] = [];
  for (const [method, path, access] of ROUTES) {
    const described = paths[path]?.[method.toLowerCase()];
    const { 200: ok, 201: made, ...refusals } = described?.responses ?? {};
    const schemas = Object.values(refusals).map(({ content }) => content?.["application/json"]?.schema?.required);
    const isWhole =
      (described?.summary ?? "") !== "" &&
      Object.values((ok ?? made)?.content ?? {}).some(({ schema }) => schema !== undefined) &&
      (access === "open" || refusals["401"] !== undefined) &&
      (access !== "own" || refusals["404"] !== undefined) &&
      schemas.every((required) => required?.includes("code") && required.includes("message"));
    if (!isWhole) poor.push(`${method} ${path}`);
  }
  assert.deepEqual(poor, []);
  const described = paths["/api/agents"]?.["post"];
  assert.ok(described?.responses["400"] && described.responses["413"]);
  assert.ok(described.requestBody?.content?.["application/json"]?.schema);
});

/** A route in the description. */
interface Described {
  readonly summary?: string;
  readonly requestBody?: Described["responses"][string];
  readonly responses: Readonly<
    Record<
      string,
      { readonly content?: Record<string, { readonly schema?: { readonly required?: readonly string[] } }> }
    >
  >;
}

test("each route lets in who may, and nobody else", async () => {
  const wrong: string[] = [];
  let ids = await provide();
  let isUsed = false;
  for (const [method, path, access, body] of ROUTES) {
    const [, kind = ""] = path.split("/").slice(1);
    for (const [caller, visitor] of Object.entries(callers)) {
      const expected = refusalFor(caller, access);
      // An administrator has no use for another's token.
      if (path === "/api/tokens/{id}" && caller === "an administrator") continue;
      if (expected === undefined && isUsed) {
        ids = await provide();
        isUsed = false;
      }
      isUsed ||= expected === undefined && method === "DELETE";
      const real = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[kind]?.[name] ?? ""));
      const status = await statusOf(visitor, method, real, body);
      const isRight = expected === undefined ? !REFUSED.has(status) && status < 500 : status === expected;
      if (!isRight) wrong.push(`${method} ${path} by ${caller}: ${status} instead of ${expected ?? "letting in"}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("what of the library is not needed is not there", async () => {
  for (const path of [
    "delete-user",
    "change-email",
    "update-session",
    "sign-in/social",
    "link-social",
    "ok",
    "error",
  ]) {
    for (const method of ["GET", "POST"]) {
      const body = method === "POST" ? {} : undefined;
      assert.equal((await ada.ask(method, `/api/auth/${path}`, body)).status, 404, path);
    }
  }
  const raised = { name: "A", role: "administrator", blocked: false, email: "kim2@home.lan" };
  await kim.ask("POST", "/api/auth/update-user", raised);
  assert.equal((await kim.ask("GET", "/api/me")).body.role, "user");
  const open = await world.visitor().ask("POST", "/api/auth/sign-up/email", { ...raised, password: "a long sentence" });
  assert.equal(open.body.code, "registration-closed");
});

test("a page of another site changes nothing, whatever cookies the browser adds", async () => {
  const change = (headers: Record<string, string>) => ada.ask("POST", "/api/templates", { name: "x" }, headers);
  for (const headers of [
    { Origin: "http://evil.example" },
    { Origin: "http://box:8002.evil.example" },
    { Origin: "http://box" },
    { Origin: "null" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
  ] as Record<string, string>[]) {
    assert.equal((await change(headers)).body.code, "origin-refused", JSON.stringify(headers));
  }
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]) {
    assert.equal((await change({ "Content-Type": type })).body.code, "type-refused", type);
  }
  assert.equal((await change({ Origin: "http://box:8002" })).status, 201);
  const login = { email: "ada@home.lan", password: "a long sentence" };
  const stolen = await ada.ask("POST", "/api/auth/sign-in/email", login, { Origin: "http://evil.example" });
  assert.equal(stolen.body.code, "origin-refused");
  const shown = await ada.ask("GET", "/api/me", undefined, { Origin: "http://evil.example" });
  assert.equal(shown.headers["access-control-allow-origin"], undefined);
});

test("what is too large, crooked or out of the way is refused, and the server goes on", async () => {
  const large = { name: "x", settings: { prompt: "x".repeat(1_100_000) } };
  assert.equal((await ada.ask("POST", "/api/agents", large)).status, 413);
  const login = { email: "x", password: "x".repeat(20_000) };
  assert.equal((await world.visitor().ask("POST", "/api/auth/sign-in/email", login)).status, 413);
  for (const path of [
    "/api/firmware/..%2f..%2fxiaozhi.db",
    "/api/firmware/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/api/messages/1%20or%201=1/audio",
    "/api/agents/%00",
    "/api/agents/'%20or%20''='",
    "/api/devices/__proto__",
  ]) {
    assert.equal((await ada.ask("GET", path)).status, 404, path);
  }
  const sorted = await ada.ask("GET", "/api/devices?sort=id;drop%20table%20devices&order=asc");
  assert.equal(sorted.status, 200);
  assert.equal((await ada.ask("GET", "/api/devices?perPage=100000")).body.field, "perPage");
  const polluting = JSON.parse('{"name":"x","settings":{"__proto__":{"polluted":true}}}');
  await ada.ask("POST", "/api/agents", polluting);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  const odd = await ada.ask("POST", "/api/agents", { name: "x\r\nSet-Cookie: a=b" });
  assert.equal(odd.headers["set-cookie"], undefined);
  const broken = await ada.ask("GET", "/api/me", undefined, { Cookie: 'xiaozhi.session_token=%00.%ff; a="' });
  assert.equal(broken.status, 401);
});

test("every answer tells browsers what they may do with it", async () => {
  const { headers } = await world.visitor().ask("GET", "/api/me");
  assert.equal(headers["cache-control"], "no-store");
  for (const name of ["content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy"]) {
    assert.ok(headers[name], name);
  }
});
