import assert from "node:assert/strict";
import { test } from "node:test";
import { grammarFor } from "../../../host-server/intent/grammar.ts";
import { toJsgf } from "../../../host-server/intent/jsgf.ts";
import { languageOf } from "../../../host-server/intent/language.ts";
import { readOutcome } from "../../../host-server/intent/outcome.ts";
import { parseTemplate } from "../../../host-server/intent/template.ts";

const tools = [
  "get_weather",
  "play_music",
  "set_reminder",
  "list_reminders",
  "announce",
  "search_knowledge",
  "self_timer_set",
].map((name) => ({
  name,
  description: "",
  inputSchema: { type: "object", properties: {} },
}));
const { understand, sentences, outlook } = grammarFor(tools);

/** What is called for a text, and what is said when that gave this result. */
function answer(text: string, ...results: string[]) {
  const understood = understand(text);
  assert.ok(understood, `"${text}" is not understood`);
  const { command, slots, texts } = understood;
  const outcomes = results.map(readOutcome);
  return command.next({
    slots,
    texts,
    outcomes,
    language: languageOf(text),
    previous: undefined,
    now: 0,
    examples: [],
  });
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

test("words of the user's own are taken as they were written", () => {
  const called = (text: string) => {
    const step = answer(text);
    return step.type === "call" ? step.arguments : step.text;
  };
  const en = { lang: "en_US" };
  assert.deepEqual(called("Remind me in ten minutes to call Mum, please."), { ...en, text: "call mum", seconds: 600 });
  assert.deepEqual(called("please remind me to buy 2 apples in an hour"), {
    ...en,
    text: "buy 2 apples",
    seconds: 3_600,
  });
  assert.deepEqual(called("remind me at 6:30"), { ...en, text: "", time: "06:30" });
  assert.deepEqual(called("remind me that the bus leaves at seven"), { ...en, text: "the bus leaves", time: "07:00" });
  assert.deepEqual(called("十分钟后提醒我关火吧"), { text: "关火", lang: "zh_CN", seconds: 600 });
  assert.deepEqual(called("七点三十分提醒我喂猫"), { text: "喂猫", lang: "zh_CN", time: "07:30" });
  assert.deepEqual(called("Tell the kitchen that dinner is ready"), {
    message: "dinner is ready",
    devices: ["kitchen"],
  });
  assert.deepEqual(called("announce dinner is ready in the attic"), { message: "dinner is ready", devices: ["attic"] });
  assert.deepEqual(called("tell everyone we are leaving"), { message: "we are leaving", devices: [] });
  assert.deepEqual(called("在厨房播报吃饭了"), { message: "吃饭了", devices: ["厨房"] });
  assert.deepEqual(called("通知大家吃饭了"), { message: "吃饭了", devices: [] });
  assert.deepEqual(called("play Yellow Submarine"), { song_name: "yellow submarine", lang: "en_US" });
  assert.deepEqual(called("我想听茉莉花"), { song_name: "茉莉花", lang: "zh_CN" });
  assert.deepEqual(called("what's the weather like in New York"), { location: "new york", lang: "en_US" });
  assert.deepEqual(called("What does the manual say about descaling?"), { question: "descaling" });
  assert.deepEqual(called("在资料里查一下保修期"), { question: "保修期" });
  assert.equal(understand("remind me to call mum"), undefined, "it says no time");
});

test("nobody knows when a free text is over, and none is in the speech grammar", () => {
  assert.equal(outlook("remind me in ten minutes to"), "unfinished");
  assert.equal(outlook("remind me in ten minutes to call"), "unknown");
  assert.equal(outlook("play some music"), "complete");
  assert.throws(() => toJsgf(parseTemplate("play {song:*}")), /free words/);
});

test("what was done is said", () => {
  const said = (text: string, result: string) => (answer(text, result) as { text: string }).text;
  assert.equal(said("set a timer for one hour", "true"), "The timer rings in one hour.");
  assert.equal(said("wake me at six thirty", "true"), "The alarm is set for six thirty.");
  assert.equal(said("remind me in one minute", '{"id":1}'), "I will remind you in one minute.");
  assert.equal(said("五分钟后提醒我", '{"id":1}'), "好的，五分钟后提醒你。");
  const fates = (results: object) => said("tell everyone hello", JSON.stringify({ results }));
  assert.equal(fates({ kitchen: "said", attic: "waiting" }), "Done.");
  assert.equal(fates({ kitchen: "said", attic: "offline" }), "I could not reach attic.");
  const found = "[kettle.md › Care]\nUse vinegar.\nThen rinse.\n\n[lamp.md]\nShines.";
  assert.equal(said("look up descaling", found), "Use vinegar. Then rinse.");
  assert.equal(said("查资料保修期", "The documents say nothing about this."), "资料里没有这方面的内容。");
  const list = JSON.stringify({ reminders: [{ text: "feed the cat", time: "18:30" }] });
  assert.equal(said("list my reminders", list), "18:30 feed the cat.");
  assert.equal(said("我有什么提醒", '{"reminders":[]}'), "没有提醒。");
});

test("times stay out of the speech grammar, which they would make too large", () => {
  assert.ok(!JSON.stringify(sentences).includes("alarm"));
  assert.ok(JSON.stringify(sentences).includes("weather"));
});
