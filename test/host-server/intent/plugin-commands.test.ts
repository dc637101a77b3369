import assert from "node:assert/strict";
import { test } from "node:test";
import { grammarFor } from "../../../host-server/intent/grammar.ts";
import { languageOf } from "../../../host-server/intent/language.ts";
import { readOutcome } from "../../../host-server/intent/outcome.ts";

const tools = ["get_weather", "play_music", "set_reminder", "list_reminders", "self_timer_set"].map((name) => ({
  name,
  description: "",
  inputSchema: { type: "object", properties: {} },
}));
const { understand, sentences } = grammarFor(tools);

/** What is called for a text, and what is said when that gave this result. */
function answer(text: string, ...results: string[]) {
  const understood = understand(text);
  assert.ok(understood, `"${text}" is not understood`);
  const { command, slots } = understood;
  const outcomes = results.map(readOutcome);
  return command.next({ slots, outcomes, language: languageOf(text), previous: undefined, now: 0, examples: [] });
}

const WEATHER = JSON.stringify({
  place: "Berlin",
  now: "clear sky, 3 degrees",
  days: [{ weather: "clear sky, 1 to 5 degrees" }, { weather: "light rain, 2 to 4 degrees" }],
});

test("the weather is asked for and told without a model", () => {
  assert.deepEqual(answer("What's the weather like?"), {
    type: "call",
    tool: "get_weather",
    arguments: { lang: "en_US" },
  });
  assert.deepEqual(answer("今天天气怎么样"), { type: "call", tool: "get_weather", arguments: { lang: "zh_CN" } });
  const said = (text: string) => (answer(text, WEATHER) as { text: string }).text;
  assert.equal(said("what is the weather"), "In Berlin now: clear sky, 3 degrees. Today: clear sky, 1 to 5 degrees.");
  assert.equal(said("what's the weather tomorrow"), "Tomorrow in Berlin: light rain, 2 to 4 degrees.");
  const failed = answer(
    "what is the weather",
    "No place was named, and no default set: plugins.get_weather.default_location",
  );
  assert.ok(failed.type === "say");
});

test("music, timers, alarms and reminders are understood in both languages", () => {
  const called = (text: string) => {
    const step = answer(text);
    return step.type === "call" ? [step.tool, step.arguments] : step.text;
  };
  assert.deepEqual(called("play some music"), ["play_music", { song_name: "random", lang: "en_US" }]);
  assert.deepEqual(called("放首歌"), ["play_music", { song_name: "random", lang: "zh_CN" }]);
  assert.deepEqual(called("next song"), ["play_music", { song_name: "next", lang: "en_US" }]);
  assert.equal(called("stop the music"), "Okay.");
  assert.deepEqual(called("set a timer for ten minutes"), ["self_timer_set", { seconds: 600 }]);
  assert.deepEqual(called("定一个五分钟的闹钟"), ["self_timer_set", { seconds: 300 }]);
  assert.deepEqual(called("set an alarm for seven"), ["self_timer_set", { time: "07:00" }]);
  assert.deepEqual(called("wake me up at 6:30"), ["self_timer_set", { time: "06:30" }]);
  assert.deepEqual(called("设一个七点三十分的闹钟"), ["self_timer_set", { time: "07:30" }]);
  assert.deepEqual(called("what are my reminders"), ["list_reminders", {}]);
});

test("what was done is said", () => {
  const said = (text: string, result: string) => (answer(text, result) as { text: string }).text;
  assert.equal(said("set a timer for one hour", "true"), "The timer rings in one hour.");
  assert.equal(said("wake me at six thirty", "true"), "The alarm is set for six thirty.");
  const list = JSON.stringify({ reminders: [{ text: "feed the cat", time: "18:30" }] });
  assert.equal(said("list my reminders", list), "18:30 feed the cat.");
  assert.equal(said("我有什么提醒", '{"reminders":[]}'), "没有提醒。");
});

test("times stay out of the speech grammar, which they would make too large", () => {
  assert.ok(!JSON.stringify(sentences).includes("alarm"));
  assert.ok(JSON.stringify(sentences).includes("weather"));
});
