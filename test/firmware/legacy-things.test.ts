import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { createWorld } from "./world.ts";

async function legacyWorld(isOn = true) {
  const store = new MemoryStore();
  if (isOn) store.set("mcp", "legacy_iot", { format: "int32", value: 1 });
  const world = await createWorld({ store });
  await world.boot();
  await world.listen();
  const told = () => world.server.messages.filter(({ type }) => type === "iot");
  return { ...world, store, told };
}

const SET_VOLUME = { name: "audio_speaker", method: "set_volume", parameters: { volume: 33 } };

test("off by default: no descriptors are sent, and commands do nothing", async () => {
  const { server, clock, told, store } = await legacyWorld(false);
  server.send({ type: "iot", commands: [SET_VOLUME] });
  await clock.advance(200);
  assert.deepEqual(told(), []);
  assert.equal(store.get("audio", "output_volume"), undefined);
});

test("with the setting the tools are introduced as things, and then their state", async () => {
  const { told } = await legacyWorld();
  const [first, second] = told();
  assert.equal(first?.["session_id"], "s1");
  assert.equal(first?.["update"], true);
  const descriptors = first?.["descriptors"] as { name: string; properties: object; methods: Record<string, object> }[];
  assert.deepEqual(
    descriptors.map(({ name }) => name),
    ["audio_speaker", "screen", "timer"],
  );
  assert.deepEqual(descriptors[0]?.properties, { volume: { description: "volume", type: "number" } });
  const method = descriptors[0]?.methods["set_volume"] as { parameters: object } | undefined;
  assert.deepEqual(method?.parameters, { volume: { description: "volume", type: "number" } });
  assert.deepEqual(second?.["states"], [
    { name: "audio_speaker", state: { volume: 70 } },
    { name: "screen", state: { brightness: 75 } },
  ]);
});

test("a command runs the tool, and the new state is told", async () => {
  const { server, clock, told, store } = await legacyWorld();
  server.send({ type: "iot", commands: [SET_VOLUME] });
  await clock.advance(200);
  assert.equal(store.get("audio", "output_volume")?.value, 33);
  const states = told().at(-1)?.["states"] as { state: object }[] | undefined;
  assert.deepEqual(states?.[0]?.state, { volume: 33 });
});

test("commands that do not fit are named in the log, the others run, and a user's tool is no method", async () => {
  const { server, clock, lines, store, device } = await legacyWorld();
  const bad = [
    7,
    {},
    { name: "audio_speaker", method: "dance" },
    { name: "system", method: "reboot", parameters: {} },
    { ...SET_VOLUME, parameters: [] },
    { ...SET_VOLUME, parameters: { volume: "loud" } },
    { ...SET_VOLUME, parameters: { volume: 200 } },
  ];
  server.send({ type: "iot", commands: [...bad, SET_VOLUME] });
  await clock.advance(3000);
  assert.equal(lines.filter((line) => line.includes("thing refused")).length, bad.length);
  assert.equal(store.get("audio", "output_volume")?.value, 33);
  assert.equal(device.stats.starts, 1);
});
