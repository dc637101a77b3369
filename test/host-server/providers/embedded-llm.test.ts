import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { grammarFor } from "../../../host-server/intent/grammar.ts";
import { embedded } from "../../../host-server/providers/llm/embedded.ts";
import type { LlmEvent, Message, ToolSpec } from "../../../host-server/providers/llm.ts";
import { collect } from "../fixtures/collect.ts";
import { deviceTools } from "../fixtures/device-tools.ts";
import { providerContext } from "../fixtures/provider-context.ts";

const status = JSON.stringify({
  audio_speaker: { volume: 70 },
  screen: { brightness: 95, theme: "light" },
  battery: { level: 80, charging: true },
  network: { type: "wifi", ssid: "home", signal: "strong" },
  chip: { temperature: 41.5 },
});

const llm = embedded.create(
  {},
  providerContext(() => new Date(2026, 10, 20, 10, 30).getTime()),
);

/** Plays a turn to its end, answering each call with the next result; gives the calls and the words spoken. */
async function turn(
  said: string,
  results: readonly string[] = [],
  tools: readonly ToolSpec[] = deviceTools,
  before: readonly Message[] = [],
) {
  const messages: Message[] = [...before, { role: "user", content: said }];
  const calls: [string, Record<string, unknown>][] = [];
  for (;;) {
    const events = await collect(llm.reply(messages, tools, new AbortController().signal));
    const called = events.find((event) => event.type === "tool-call");
    if (!called) return { calls, spoken: textOf(events), emotion: events.find(({ type }) => type === "emotion") };
    const result = results[calls.length];
    assert.ok(result !== undefined, `unexpected call of ${called.call.name} in "${said}"`);
    calls.push([called.call.name, called.call.arguments]);
    messages.push({ role: "assistant", content: "", toolCalls: [called.call] });
    messages.push({ role: "tool", content: result, toolCallId: called.call.id });
  }
}

function textOf(events: readonly LlmEvent[]): string {
  return events.map((event) => (event.type === "text" ? event.text : "")).join("");
}

const setVolume = "self_audio_speaker_set_volume";

test("a volume is set and the answer names the number in words", async () => {
  for (const result of ["true", '{"success":true,"volume":80,"message":"ok"}', "Volume set"]) {
    const { calls, spoken } = await turn("Set the volume to eighty.", [result]);
    assert.deepEqual(calls, [[setVolume, { volume: 80 }]]);
    assert.equal(spoken, "The volume is now eighty percent.");
  }
});

test("the answer names the value that the device reached, not the one that was asked for", async () => {
  const { spoken } = await turn("volume 100%", ['{"success":true,"volume":60}']);
  assert.equal(spoken, "The volume is now sixty percent.");
});

test("a refused call is told with its reason", async () => {
  const refusals = [
    ["Error: Value exceeds maximum allowed: 90", "Value exceeds maximum allowed: 90"],
    ['{"success":false,"message":"speaker is busy"}', "speaker is busy"],
    ['{"isError":true,"content":[{"type":"text","text":"no speaker"}]}', "no speaker"],
    ["false", "the device refused"],
  ] as const;
  for (const [result, reason] of refusals) {
    const { spoken, emotion } = await turn("set the volume to 95", [result]);
    assert.equal(spoken, `I could not set the volume: ${reason}.`);
    assert.deepEqual(emotion, { type: "emotion", emotion: "sad" });
  }
});

test("louder and quieter start from the present volume", async () => {
  for (const [said, volume, words] of [
    ["Louder!", 80, "eighty"],
    ["make it quieter", 60, "sixty"],
    ["turn the volume up by five percent", 75, "seventy five"],
    ["turn it down by 90", 0, "zero"],
  ] as const) {
    const { calls, spoken } = await turn(said, [status, "true"]);
    assert.deepEqual(calls, [
      ["self_get_device_status", {}],
      [setVolume, { volume }],
    ]);
    assert.equal(spoken, `The volume is now ${words} percent.`);
  }
});

test("a level at its end stays there, without a call", async () => {
  const full = status.replace('"volume":70', '"volume":100');
  const { calls, spoken } = await turn("louder", [full]);
  assert.equal(calls.length, 1);
  assert.equal(spoken, "The volume is already at its maximum.");
});

test("mute and its antonym need no status", async () => {
  assert.deepEqual((await turn("mute", ["true"])).calls, [[setVolume, { volume: 0 }]]);
  assert.deepEqual((await turn("unmute the speaker", ["true"])).calls, [[setVolume, { volume: 50 }]]);
});

test("the brightness is limited to a hundred", async () => {
  const { calls } = await turn("make the screen brighter", [status, "true"]);
  assert.deepEqual(calls[1], ["self_screen_set_brightness", { brightness: 100 }]);
});

test("a question about the device is answered with the part that was asked for", async () => {
  const answers = {
    "How loud are you?": "The volume is seventy percent.",
    "what is the battery level": "The battery is at eighty percent and charging.",
    "which network are you on": "I am on the Wi-Fi network home with a strong signal.",
    "what's your temperature": "My chip has forty two degrees Celsius.",
    "what is the theme": "The theme is light.",
  };
  for (const [said, answer] of Object.entries(answers)) assert.equal((await turn(said, [status])).spoken, answer);
  assert.equal(
    (await turn("what is the battery level", ['{"screen":{}}'])).spoken,
    "This device does not report the battery.",
  );
});

test("tools that nobody described are reached by the words of their names", async () => {
  assert.deepEqual((await turn("turn the lamp on", ["true"])).calls, [["self_lamp_turn_on", {}]]);
  assert.deepEqual((await turn("please switch off the lamp", ["true"])).calls, [["self_lamp_turn_off", {}]]);
  assert.deepEqual((await turn("go forward", ["true"])).calls, [["self_chassis_go_forward", {}]]);
  assert.deepEqual((await turn("set the led strip level to five", ["true"])).calls, [
    ["self_led_strip_set_level", { level: 5 }],
  ]);
  assert.equal((await turn("what is the lamp state", ['{"power":true,"level":40}'])).spoken, "power on, level forty.");
});

test("a goodbye ends the conversation through its tool, and is just said without it", async () => {
  const { calls } = await turn("see you later", ["Goodbye!"]);
  assert.deepEqual(calls, [["handle_exit_intent", { say_goodbye: "Goodbye!" }]]);
  assert.deepEqual(await turn("bye", [], []), {
    calls: [],
    spoken: "Goodbye!",
    emotion: { type: "emotion", emotion: "happy" },
  });
});

test("the time comes from the clock that the provider is given", async () => {
  assert.match((await turn("what time is it")).spoken, /^It is ten thirty a\.m\.?$/);
  assert.equal((await turn("what day is it")).spoken, "Today is Friday, November 20, 2026.");
});

test("what is not understood is answered with two sentences that are", async () => {
  const { spoken, calls } = await turn("The soup needs more pepper.");
  assert.equal(calls.length, 0);
  const [, first, second] = /^Sorry, I did not understand\. .*: (.+), or (.+)\.$/.exec(spoken) ?? [];
  for (const example of [first, second]) {
    assert.doesNotMatch((await turn(example!, [status, "true"])).spoken, /not understand/);
  }
});

test("suggestions name only what the tools present can do", async () => {
  const { spoken } = await turn("what can you do", [], [deviceTools.find(({ name }) => name === "self_lamp_turn_on")!]);
  assert.match(spoken, /turn on the lamp/);
  assert.doesNotMatch(spoken, /volume|brightness/);
});

test("a result of a call that somebody else made is told too", async () => {
  const call = { id: "call_9", name: "self_lamp_turn_on", arguments: {} };
  const messages: Message[] = [
    { role: "user", content: "It is dark in here." },
    { role: "assistant", content: "", toolCalls: [call] },
    { role: "tool", content: "The lamp is on.", toolCallId: "call_9" },
  ];
  const events = await collect(llm.reply(messages, deviceTools, new AbortController().signal));
  assert.equal(textOf(events), "The lamp is on.");
});

test("an aborted reply says nothing", async () => {
  const messages: Message[] = [{ role: "user", content: "hello" }];
  assert.deepEqual(await collect(llm.reply(messages, deviceTools, AbortSignal.abort())), []);
});

test("whatever a tool answers, something is said", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (result) => {
      const { spoken } = await turn("set the volume to eighty", [result]);
      assert.notEqual(spoken, "");
    }),
  );
});

test("what a command will be answered with when all goes well is known before its calls are made", () => {
  const foresee = (words: string) => llm.foresee?.([{ role: "user", content: words }], deviceTools);
  assert.equal(foresee("Set the volume to eighty."), "The volume is now eighty percent.");
  assert.equal(foresee("make it louder"), undefined, "it depends on what the device says");
  assert.match(foresee("what time is it") ?? "", /ten thirty|10:30/);
});

test("who asks in Chinese is answered in Chinese", async () => {
  const answers: readonly (readonly [string, readonly string[], string])[] = [
    ["把音量调到八十", ["true"], "音量现在是百分之八十。"],
    ["请大声一点", [status, "true"], "音量现在是百分之八十。"],
    ["电量还有多少", [status], "电量是百分之八十，正在充电。"],
    ["现在几点", [], "现在是上午十点三十分。"],
    ["今天几号", [], "今天是2026年11月20日星期五。"],
    ["把灯打开", ["true"], "好的。"],
    ["把灯带亮度调到五", ["Error: no strip"], "灯带亮度没有设成：no strip。"],
    ["明天会下雨吗", [], "抱歉，我没听懂。你可以说：把音量调到五十、大声一点、现在几点。"],
    ["再见", ["再见！"], "再见！"],
  ];
  for (const [said, results, answer] of answers) assert.equal((await turn(said, results)).spoken, answer, said);
  assert.deepEqual((await turn("再见", ["再见！"])).calls, [["handle_exit_intent", { say_goodbye: "再见！" }]]);
});

test("a bit more, or less, goes on from what was asked before", async () => {
  const said = (...texts: string[]): Message[] =>
    texts.flatMap((content): Message[] => [
      { role: "user", content },
      { role: "assistant", content: "Done." },
    ]);
  const cases: readonly (readonly [string, readonly Message[], string, number])[] = [
    ["and a bit more", said("louder"), setVolume, 80],
    ["again", said("quieter"), setVolume, 60],
    ["more", said("set the volume to seventy"), setVolume, 80],
    ["a little less", said("louder", "a bit more"), setVolume, 60],
    ["a bit more", said("turn the volume up by five", "more"), setVolume, 75],
    ["再大一点", said("大声一点"), setVolume, 80],
    ["less", said("make the screen darker"), "self_screen_set_brightness", 100],
  ];
  for (const [text, before, tool, value] of cases) {
    const { calls } = await turn(text, [status, "true"], deviceTools, before);
    assert.deepEqual([calls[1]?.[0], Object.values(calls[1]?.[1] ?? {})], [tool, [value]], text);
  }
});

test("a bit more of nothing is asked back", async () => {
  for (const before of [[], [{ role: "user" as const, content: "what time is it" }]]) {
    const { calls, spoken } = await turn("a bit more", [], deviceTools, before);
    assert.deepEqual([calls, spoken], [[], "Tell me first what to change, for example: louder."]);
  }
});

const argument = (name: string, property: object, description = "") => ({
  name,
  description,
  inputSchema: { type: "object", properties: { value: property }, required: ["value"] },
});

test("tools with a switch, a number or a choice are called in both languages", async () => {
  const tools = [
    argument("self_fan_set_power", { type: "boolean" }),
    argument("self_air_conditioner_set_mode", { type: "string", enum: ["auto", "cool", "heat"] }),
    argument("self_air_conditioner_set_temperature", { type: "integer", minimum: 16, maximum: 30 }),
    argument("self_servo_move", { type: "integer", minimum: 0, maximum: 180 }),
    { name: "self_chassis_go_forward", description: "Drive forward. It stops.", inputSchema: { type: "object" } },
    { name: "feed_cat", description: "喂猫。", inputSchema: { type: "object" } },
    { name: "self_curtain_open", description: "", inputSchema: { type: "object" } },
    { name: "self_curtain_close", description: "", inputSchema: { type: "object" } },
  ];
  const cases: readonly (readonly [string, string, object])[] = [
    ["turn on the fan", "self_fan_set_power", { value: true }],
    ["switch the fan off", "self_fan_set_power", { value: false }],
    ["打开风扇", "self_fan_set_power", { value: true }],
    ["把风扇关掉", "self_fan_set_power", { value: false }],
    ["set the air conditioner mode to cool", "self_air_conditioner_set_mode", { value: "cool" }],
    ["把空调模式调到制热", "self_air_conditioner_set_mode", { value: "heat" }],
    ["set the air conditioner temperature to twenty two", "self_air_conditioner_set_temperature", { value: 22 }],
    ["空调温度调到二十六度", "self_air_conditioner_set_temperature", { value: 26 }],
    ["move the servo to ninety degrees", "self_servo_move", { value: 90 }],
    ["drive forward", "self_chassis_go_forward", {}],
    ["喂猫", "feed_cat", {}],
    ["拉上窗帘", "self_curtain_close", {}],
    ["open the curtain", "self_curtain_open", {}],
  ];
  for (const [said, tool, args] of cases)
    assert.deepEqual((await turn(said, ["true"], tools)).calls, [[tool, args]], said);
  for (const said of [
    "set the air conditioner temperature to ninety",
    "把空调温度调到八度",
    "turn on the moon",
    "风扇",
  ]) {
    assert.deepEqual((await turn(said, [], tools)).calls, [], said);
  }
});

test("whatever schema and description a tool has, its commands are made and understood without a fault", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9_一-龥]{1,30}$/);
  fc.assert(
    fc.property(name, fc.string(), fc.jsonValue(), fc.string(), (tool, description, properties, text) => {
      const inputSchema = { type: "object", properties: { a: properties }, required: ["a"] };
      const { understand } = grammarFor([
        { name: tool, description, inputSchema },
        { name: tool, description, inputSchema: { type: "object" } },
      ]);
      understand(text);
    }),
    { numRuns: 300 },
  );
});

for (const isNeeded of [true, false]) {
  test(`an amount that is said with a tool's description reaches the tool, ${isNeeded ? "which needs" : "which may take"} it`, async () => {
    const seconds = { type: "integer", minimum: 1, maximum: 60, ...(!isNeeded && { default: 10 }) };
    const inputSchema = { type: "object", properties: { seconds }, ...(isNeeded && { required: ["seconds"] }) };
    const tools = [
      { name: "self_plants_water", description: "Water the plants. Use it when they are dry.", inputSchema },
    ];
    for (const said of ["Water the plants for twenty seconds", "please water the plants 20 seconds"]) {
      const { calls, spoken } = await turn(said, ["Watering for 20 seconds."], tools);
      assert.deepEqual(calls, [["self_plants_water", { seconds: 20 }]]);
      assert.equal(spoken, "Watering for 20 seconds.");
    }
    const without = await turn("water the plants", isNeeded ? [] : ["true"], tools);
    assert.deepEqual(without.calls, isNeeded ? [] : [["self_plants_water", {}]]);
    assert.ok(JSON.stringify(grammarFor(tools)).includes("water the plants"));
  });
}
