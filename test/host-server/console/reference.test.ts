import assert from "node:assert/strict";
import { after, test } from "node:test";
import { writeWav } from "../../../host-server/audio/wav.ts";
import type { Config } from "../../../host-server/config/schema.ts";
import type { ConsoleParts } from "../../../host-server/console/parts.ts";
import { callByName } from "../../../host-server/console/reference/reference-calls.ts";
import { referencePlugins } from "../../../host-server/console/reference/reference-plugins.ts";
import { audioOf } from "../../../host-server/storage/messages.ts";
import { createConsoleWorld } from "../fakes/console.ts";
import { fetchFrom } from "../fakes/http.ts";
import { fakeProviders } from "../fakes/world.ts";

const MAC = "aa:bb:cc:dd:00:01";
const SECRET = "between servers";
const world = await createConsoleWorld({
  script: { rounds: ["It was about tea."] },
  env: {
    XIAOZHI_SERVER_SECRET: SECRET,
    XIAOZHI_CONSOLE_BINDING: "true",
    XIAOZHI_MEMORY_USE: "summary",
    XIAOZHI_VOICEPRINT_URL: "http://127.0.0.1:1/voiceprint/health?key=k",
    XIAOZHI_VOICEPRINT_SPEAKERS: '["1,Ann,a poet"]',
  },
  more: { agentProviders: fakeProviders },
});
after(() => world.close());
const ada = await world.claim();

/** Asks as the reference's server does: it keeps no connection, and sends no body where there is nothing to say. */
async function ask(path: string, body?: object, { method = "POST", secret = SECRET } = {}) {
  const headers = {
    Accept: "application/json",
    Authorization: `Bearer ${secret}`,
    "User-Agent": "PythonClient/2.0 (PID:1)",
    ...(body ? { "Content-Type": "application/json" } : { "Content-Length": "0" }),
  };
  const options = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  const { status, text } = await fetchFrom(world.server, "http", `/xiaozhi${path}`, options);
  assert.equal(status, 200, "it reads the code in the answer");
  return JSON.parse(text);
}

async function bind(mac: string, settings: object): Promise<string> {
  const { msg } = await ask("/config/agent-models", { macAddress: mac, clientId: "c", selectedModule: {} });
  const { body: agent } = await ada.ask("POST", "/api/agents", { name: "A", settings });
  await ada.ask("POST", "/api/devices/bind", { code: msg, agent: agent.id });
  return agent.id;
}

test("whoever has not the server's secret learns nothing", async () => {
  for (const path of ["/config/server-base", "/config/agent-models", "/agent/chat-history/report"]) {
    assert.deepEqual(await ask(path, {}, { secret: "wrong" }), { code: 401, msg: "server.secret", data: null });
  }
});

test("a server starts with what it is told", async () => {
  const { code, data } = await ask("/config/server-base");
  assert.equal(code, 0);
  for (const stage of ["VAD", "ASR"]) assert.ok(data[stage][data.selected_module[stage]].type, stage);
  assert.deepEqual(
    [data.xiaozhi.type, data.xiaozhi.transport, data.server.auth.enabled],
    ["hello", "websocket", false],
  );
  for (const key of ["exit_commands", "wakeup_words", "close_connection_no_voice_time", "end_prompt"]) {
    assert.notEqual(data[key], undefined, key);
  }
});

test("a device that nobody has bound gets its code, and one that is bound its agent", async () => {
  const { selected_module: selectedModule } = (await ask("/config/server-base")).data;
  const asked = { macAddress: MAC, clientId: "c", selectedModule };
  const unbound = await ask("/config/agent-models", asked);
  assert.equal(unbound.code, 10_042);
  assert.match(unbound.msg, /^\d{6}$/);
  assert.deepEqual((await ask("/config/correct-words", { macAddress: MAC })).data, []);
  assert.equal((await ask("/config/agent-models", {})).code, 10_041);
  const plugins = { get_weather: { default_location: "Bonn", api_key: "" }, play_music: false };
  await bind(MAC, { prompt: "You cook.", language: "en", plugins, replacement_words: ["a|b"] });
  const { code, data } = await ask("/config/agent-models", asked);
  assert.equal(code, 0);
  const { VAD, ASR, ...named } = data.selected_module as Record<string, string>;
  assert.deepEqual([VAD, ASR], [undefined, undefined], "it has these, and looks for no block of them");
  for (const [stage, name] of Object.entries(named)) assert.ok(data[stage][name].type, `${stage} has its block`);
  assert.equal(data.TTS[named["TTS"] ?? ""].language, "English");
  assert.equal(data.prompt, "You cook.\nSpeak English.");
  assert.deepEqual(JSON.parse(data.plugins.get_weather), { default_location: "Bonn" });
  assert.deepEqual(data.Intent.Intent_function_call.functions, Object.keys(data.plugins));
  assert.ok(!("play_music" in data.plugins) && !("set_reminder" in data.plugins));
  assert.deepEqual(data.voiceprint, { url: "http://127.0.0.1:1/voiceprint/health?key=k", speakers: ["1,Ann,a poet"] });
  assert.deepEqual([data.Memory[named["Memory"] ?? ""].type, data.chat_history_conf], ["mem_local_short", 1]);
  assert.deepEqual((await ask("/config/correct-words", { macAddress: MAC })).data, ["a|b"]);
  const other = await ask("/config/agent-models", {
    ...asked,
    selectedModule: { VAD: "VAD_SileroVAD", ASR: "ASR_other" },
  });
  assert.ok(other.data.ASR[other.data.selected_module.ASR].type, "another recogniser is sent");
});

test("what was said is kept with its sound, and remembered", async () => {
  const agent = await bind("aa:bb:cc:dd:00:02", {});
  const wav = writeWav({ pcm: new Int16Array(1_600).fill(9), sampleRate: 16_000, channels: 1 });
  const report = { macAddress: "aa:bb:cc:dd:00:02", sessionId: "s-1", reportTime: 1_795_286_723_196 };
  const say = (chatType: number, content: string, audioBase64: string | null = null) =>
    ask("/agent/chat-history/report", { ...report, chatType, content, audioBase64 });
  assert.equal((await say(1, "Do I like tea?", Buffer.from(wav).toString("base64"))).data, true);
  await say(3, '[{"type": "tool", "text": "get_lunar({})"}]');
  await say(3, "no JSON");
  await say(2, "You do.");
  assert.equal((await say(9, "?")).code, 500);
  await ask("/agent/chat-summary/s-1/save");
  await ask("/agent/chat-title/s-1/generate");
  const { body: session } = await ada.ask("GET", "/api/sessions/s-1");
  assert.deepEqual([session.title, session.turns, session.agent], ["Do I like tea?", 1, agent]);
  assert.equal(session.started, report.reportTime);
  const { body } = await ada.ask("GET", "/api/messages?session=s-1&order=asc");
  assert.deepEqual(
    body.rows.map(({ role, text }: { role: string; text: string }) => `${role}: ${text}`),
    ["user: Do I like tea?", "tool: get_lunar({})", "tool: no JSON", "assistant: You do."],
  );
  assert.deepEqual((await audioOf(world.storage, body.rows[0].id))?.type, "audio/wav");
  await world.clock.advance(2_000);
  assert.equal((await ada.ask("GET", `/api/agents/${agent}/memories`)).body[0].text, "It was about tea.");
  const { data } = await ask("/config/agent-models", {
    macAddress: report.macAddress,
    clientId: "c",
    selectedModule: {},
  });
  assert.equal(data.summaryMemory, "It was about tea.");
});

test("one device calls another by its contacts, or by the alias of its owner's", async () => {
  const [kitchen, attic] = ["aa:bb:cc:dd:00:03", "aa:bb:cc:dd:00:04"];
  await bind(kitchen, {});
  await bind(attic, {});
  await ada.ask("PATCH", `/api/devices/${kitchen}`, { alias: "Kitchen" });
  await ada.ask("PATCH", `/api/devices/${attic}`, { alias: "Attic" });
  const calls: unknown[] = [];
  const parts = {
    storage: world.storage,
    callDevice: async (call: { readonly targetMac: string }) => {
      calls.push(call);
      return { status: call.targetMac === attic ? "pending" : "offline" } as const;
    },
  } as unknown as ConsoleParts;
  const config = { plugins: { call_device: { contacts: { Shed: "AA-BB-CC-DD-00-09" } } } } as unknown as Config;
  const call = (nickname: string) => callByName(parts, { callerMac: kitchen.toUpperCase(), nickname }, config);
  assert.deepEqual(await call("attic"), { status: "success", message: "Calling Attic." });
  assert.deepEqual(calls, [{ callerMac: kitchen, targetMac: attic, callerNickname: "Kitchen" }]);
  assert.deepEqual(await call("Shed"), { status: "error", message: "Shed cannot be reached now." });
  assert.equal((await call("Moon")).message, 'There is no device "Moon" to call.');
  assert.equal(
    (await callByName({ ...parts, callDevice: undefined }, { callerMac: kitchen, nickname: "Attic" }, config)).status,
    "error",
  );
  const path = `/device/address-book/call?callerMac=${kitchen}&nickname=Attic`;
  assert.equal((await ask(path, undefined, { method: "GET" })).data.status, "error", "there is no gateway here");
  assert.equal((await ask("/device/address-book/call?nickname=x", undefined, { method: "GET" })).code, 500);
  const { hasCalls, hasNone } = { hasCalls: { hasCalls: true }, hasNone: { hasCalls: false } };
  const home = { plugins: {}, home_assistant: { url: "http://home", token: "t", devices: ["room,lamp,light.a", "b"] } };
  assert.ok("call_device" in referencePlugins(home as unknown as Config, hasCalls));
  const without = referencePlugins(home as unknown as Config, hasNone);
  assert.ok(!("call_device" in without));
  assert.equal(JSON.parse(without["hass_state"] ?? "").devices, "room,lamp,light.a;b");
});
