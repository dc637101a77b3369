import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Config } from "../../../host-server/config/schema.ts";
import { createAgent, removeAgent, updateAgent } from "../../../host-server/storage/agents.ts";
import { createDevice } from "../../../host-server/storage/devices.ts";
import { openStorage } from "../../../host-server/storage/storage.ts";
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

test("an agent has a limit of its own", async () => {
  const world = createWorld({}, AGENTS, "data", { agentProviders: fakeProviders });
  const device = await world.connect({ id: "BB" });
  for (const text of ["One", "Two"]) {
    device.detect(text);
    await world.clock.advance(5_000);
  }
  assert.deepEqual(
    world.turns.map(({ said }) => said),
    ["OK.", "Enough."],
  );
  await world.server.stop();
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
