import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { LlmEvent } from "../../../host-server/providers/llm.ts";
import { createWorld } from "../fakes/world.ts";

const LAMP = {
  name: "table_lamp",
  description: "The lamp",
  properties: { is_on: { type: "boolean", description: "whether it is on" } },
  methods: {
    set_level: { description: "Sets the level", parameters: { level: { type: "number", description: "0 to 100" } } },
    toggle: { description: "Toggles it", parameters: {} },
  },
};
/** With the lamp's names this makes two names that differ in nothing but where the underscore belongs. */
const TABLE = {
  name: "table",
  description: "The table",
  properties: { lamp_is_on: { type: "boolean", description: "whether its lamp is on" } },
  methods: {},
};

function call(name: string, args: Record<string, unknown>): LlmEvent[] {
  return [{ type: "tool-call", call: { id: "call_1", name, arguments: args } }];
}

test("properties and methods of a device without MCP are tools", async () => {
  const { connect, clock, stages } = createWorld();
  const device = await connect();
  device.send({ type: "iot", descriptors: [LAMP] });
  device.send({ type: "iot", update: true, descriptors: [TABLE] });
  device.detect("hi");
  await clock.advance(3_000);
  const tools = stages.asked[0]?.tools.filter(({ name }) => name.includes("table")) ?? [];
  assert.deepEqual(
    tools.map(({ name }) => name),
    ["get_table_lamp_is_on", "table_lamp_set_level", "table_lamp_toggle", "get_table_lamp_is_on_2"],
  );
  assert.deepEqual(tools[1]?.inputSchema["required"], ["level"]);
});

test("a property is answered from the newest state, in the model's own words", async () => {
  const args = { response_success: "On: {value}.", response_failure: "No idea." };
  const script = { rounds: [call("get_table_lamp_is_on", args), call("get_table_lamp_is_on", args)] };
  const { connect, clock, turns, stages } = createWorld(script);
  const device = await connect();
  device.send({ type: "iot", descriptors: [LAMP] });
  device.detect("is the lamp on");
  await clock.advance(3_000);
  device.send({ type: "iot", states: [{ name: "table_lamp", state: { is_on: "yes" } }] });
  device.send({ type: "iot", states: [{ name: "table_lamp", state: { is_on: true, colour: "red" } }] });
  device.detect("is the lamp on");
  await clock.advance(3_000);
  assert.deepEqual(
    turns.map(({ said }) => said),
    ["No idea.", "On: true."],
  );
  assert.equal(stages.asked.length, 2);
});

test("a method goes to the device as a command", async () => {
  const args = { level: 40, response_success: "At {value}." };
  const script = { rounds: [call("table_lamp_set_level", args), call("table_lamp_set_level", {}), "Which level?"] };
  const { connect, clock, turns } = createWorld(script);
  const device = await connect();
  device.send({ type: "iot", descriptors: [LAMP] });
  device.detect("dim the lamp");
  await clock.advance(3_000);
  device.detect("dim the lamp");
  await clock.advance(3_000);
  assert.deepEqual(
    device.messages.filter(({ type }) => type === "iot"),
    [{ type: "iot", commands: [{ name: "table_lamp", method: "set_level", parameters: { level: 40 } }] }],
  );
  assert.deepEqual(
    turns.map(({ said }) => said),
    ["At 40.", "Which level?"],
  );
  assert.match(turns[1]?.tools[0]?.result ?? "", /Missing valid argument: level/);
});

test("descriptors without sense harm nothing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), fc.array(fc.jsonValue()), async (descriptors, states) => {
      const { connect, clock, stages } = createWorld();
      const device = await connect();
      device.send({ type: "iot", descriptors: [...descriptors, LAMP], states });
      device.send({ type: "iot", states: states.map((state) => ({ name: "table_lamp", state })) });
      device.detect("hi");
      await clock.advance(3_000);
      assert.ok(stages.asked[0]?.tools.some(({ name }) => name === "table_lamp_toggle"));
    }),
    { numRuns: 20 },
  );
});
