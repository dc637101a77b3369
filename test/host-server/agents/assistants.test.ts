import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadConfig } from "../../../host-server/config/load.ts";
import type { Config } from "../../../host-server/config/schema.ts";
import type { StoredConfig } from "../../../host-server/config/stored-config.ts";
import { withStoredConfig } from "../../../host-server/server/stored-configuration.ts";
import { createAgent, removeAgent, updateAgent } from "../../../host-server/storage/agents.ts";
import { createDevice } from "../../../host-server/storage/devices.ts";
import { createModel } from "../../../host-server/storage/models.ts";
import { setParameter } from "../../../host-server/storage/parameters.ts";
import { openStorage } from "../../../host-server/storage/storage.ts";
import { createVoiceprint } from "../../../host-server/storage/voiceprints.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { silentLog } from "../fakes/log.ts";
import { scriptedStages } from "../fakes/stages.ts";
import { createWorld, fakeProviders } from "../fakes/world.ts";

const AGENTS = {
  XIAOZHI_PROMPT: "I am the server's.",
  XIAOZHI_AGENTS: JSON.stringify({
    chef: { prompt: "I am a chef.", plugins: { get_time: false }, replacement_words: ["OK|okay"] },
    scribe: { chat_history: "none", device_max_output_size: 1, device_max_output_response: "Enough." },
  }),
  XIAOZHI_DEVICES: JSON.stringify({ AA: { agent: "chef" }, bb: { agent: "scribe" } }),
};

const ANY_PORTS = {
  XIAOZHI_SERVER_PORT: "0",
  XIAOZHI_SERVER_HTTP_PORT: "0",
  XIAOZHI_SERVER_DISCOVERY: "false",
  XIAOZHI_MCP_ENDPOINT_SERVER_ENABLED: "false",
};

test("each device is answered by its agent", async () => {
  const spoken: string[] = [];
  const world = createWorld({ onSpeak: (text) => spoken.push(text) }, AGENTS, "data", {
    agentProviders: fakeProviders,
  });
  for (const id of ["aa", "cc"]) {
    const device = await world.connect({ id });
    device.detect("Hello");
    await world.clock.advance(5_000);
  }
  const { asked } = world.stages;
  assert.deepEqual(
    asked.map(({ messages }) => messages[0]?.content),
    ["I am a chef.", "I am the server's."],
  );
  const tools = asked.map(({ tools }) => tools.map(({ name }) => name).filter((name) => name === "get_time"));
  assert.deepEqual(tools, [[], ["get_time"]]);
  assert.deepEqual(spoken, ["okay.", "OK."]);
  assert.deepEqual(
    world.turns.map(({ said }) => said),
    ["OK.", "OK."],
  );
  await world.server.stop();
});

test("an agent has a limit of its own, which a restart does not lift", async () => {
  const data = mkdtempSync(join(tmpdir(), "xiaozhi-limit-"));
  after(() => rmSync(data, { recursive: true }));
  const clock = new VirtualClock();
  const askTwice = async () => {
    const world = createWorld({}, AGENTS, data, { clock, agentProviders: fakeProviders });
    const device = await world.connect({ id: "BB" });
    for (const text of ["One", "Two"]) {
      device.detect(text);
      await world.clock.advance(5_000);
    }
    await world.server.stop();
    return world.turns.map(({ said }) => said);
  };
  assert.deepEqual(await askTwice(), ["OK.", "Enough."]);
  assert.deepEqual(await askTwice(), ["Enough."], "and the conversation is over");
  await clock.advance(24 * 60 * 60_000);
  assert.deepEqual(await askTwice(), ["OK.", "Enough."]);
});

test("agents of the database answer their devices, and changes take effect with the next connection", async (context) => {
  const clock = new VirtualClock();
  const storage = await openStorage({ url: "", file: ":memory:", clock, log: silentLog });
  after(() => storage.close());
  const { id } = await createAgent(storage, { name: "Poet", settings: { prompt: "I rhyme." } });
  await createDevice(storage, "AA", { agent: id });
  const wanted: Config[] = [];
  const stages = scriptedStages({}, clock);
  const providers = (config: Config) => {
    wanted.push(config);
    return stages;
  };
  const world = createWorld({}, ANY_PORTS, "data", { clock, storage, providers, agentProviders: fakeProviders });
  await world.server.start();
  context.after(() => world.server.stop());
  const promptOf = async () => {
    const device = await world.connect({ id: "aa" });
    device.detect("Hello");
    await clock.advance(6_000);
    return stages.asked.at(-1)?.messages[0]?.content;
  };
  assert.equal(await promptOf(), "I rhyme.");
  await updateAgent(storage, id, { settings: { prompt: "I sing." } });
  await clock.advance(6_000);
  assert.equal(await promptOf(), "I sing.");
  await updateAgent(storage, id, { settings: { prompt: 3 } });
  await clock.advance(6_000);
  assert.match(String(await promptOf()), /^You are XiaoZhi/);
  assert.ok(world.log.some(({ msg }) => msg === "an agent cannot be used: the server's own takes its place"));
  await removeAgent(storage, id);
  await clock.advance(6_000);
  assert.match(String(await promptOf()), /^You are XiaoZhi/);
  assert.equal(wanted.length, 3, "the stages of a configuration are asked for once");
});

test("an agent of the database knows the people that the database names for it", async (context) => {
  const clock = new VirtualClock();
  const storage = await openStorage({ url: "", file: ":memory:", clock, log: silentLog });
  after(() => storage.close());
  const url = "http://127.0.0.1:2/voiceprint/health?key=k";
  const { id } = await createAgent(storage, { name: "Butler", settings: { voiceprint: { url } } });
  await createDevice(storage, "AA", { agent: id });
  await createVoiceprint(storage, id, { id: "7", name: "Ann, the poet", description: "likes tea, black" });
  const stages = scriptedStages({}, clock);
  const options = { clock, storage, providers: stages, agentProviders: fakeProviders };
  const world = createWorld({}, ANY_PORTS, "data", options);
  await world.server.start();
  context.after(() => world.server.stop());
  const systemOf = async () => {
    const device = await world.connect({ id: "aa" });
    device.detect("Hello");
    await clock.advance(6_000);
    return String(stages.asked.at(-1)?.messages[0]?.content);
  };
  assert.match(await systemOf(), /- Ann {2}the poet: likes tea, black\n/);
  await createVoiceprint(storage, id, { name: "Bob" });
  await clock.advance(6_000);
  assert.match(await systemOf(), /- Ann {2}the poet: likes tea, black\n- Bob: \n/);
});

test("what the database says of the configuration takes effect with the next connection", async (context) => {
  const clock = new VirtualClock();
  const storage = await openStorage({ url: "", file: ":memory:", clock, log: silentLog });
  after(() => storage.close());
  const { id } = await createAgent(storage, {
    name: "Poet",
    settings: { prompt: "I rhyme.", models: { llm: "gone" } },
  });
  await createDevice(storage, "AA", { agent: id });
  await setParameter(storage, "prompt", { value: "I am the first." });
  const wanted: Config[] = [];
  const stages = scriptedStages({}, clock);
  const again = (stored?: StoredConfig) =>
    loadConfig({ path: "none", env: ANY_PORTS, providers: fakeProviders, ...(stored && { stored }) });
  const world = createWorld({}, ANY_PORTS, "data", {
    ...(await withStoredConfig({ again }, storage, silentLog)),
    ...{ clock, storage, agentProviders: fakeProviders },
    providers: (config: Config) => {
      wanted.push(config);
      return stages;
    },
  });
  await world.server.start();
  context.after(() => world.server.stop());
  const promptOf = async (device: string) => {
    (await world.connect({ id: device })).detect("Hello");
    await clock.advance(6_000);
    return stages.asked.at(-1)?.messages[0]?.content;
  };
  assert.equal(await promptOf("bb"), "I am the first.");
  assert.equal(await promptOf("aa"), "I rhyme.", "with the server's models, as its own are gone");
  assert.ok(world.log.some(({ msg }) => msg === "an agent's models cannot be used: it has the server's"));
  await setParameter(storage, "prompt", { value: "I am the second." });
  await setParameter(storage, "server.port", { value: "none" });
  await clock.advance(6_000);
  assert.equal(await promptOf("bb"), "I am the second.");
  await createModel(storage, { stage: "llm", name: "New", provider: "scripted", settings: {}, isPreferred: true });
  await clock.advance(6_000);
  await promptOf("bb");
  assert.deepEqual(wanted.at(-1)?.llm, { use: "scripted", scripted: {} });
});
