import assert from "node:assert/strict";
import { test } from "node:test";
import { createWorld } from "../fakes/world.ts";

test("what was heard before listen start does not count", async () => {
  const { clock, connect, stages } = createWorld({ heard: ["一"] });
  const device = await connect();
  device.listen("start", "manual");
  device.talk(600, 0);
  await clock.advance(700);
  device.listen("start", "manual");
  device.talk(300, 0);
  await clock.advance(400);
  device.listen("stop");
  await clock.advance(3_000);
  assert.deepEqual(stages.utteranceFrames, [5]);
  assert.equal(device.trace[1], "stt 一");
});

test("in manual mode sound after listen stop is nobody's", async () => {
  const { clock, connect, stages } = createWorld({ heard: ["一", "二"] });
  const device = await connect();
  device.listen("start", "manual");
  device.talk(300, 0);
  await clock.advance(400);
  device.listen("stop");
  device.talk(600, 0);
  await clock.advance(1_000);
  device.listen("stop");
  await clock.advance(3_000);
  assert.deepEqual(stages.utteranceFrames, [5]);
});

test("a text replaces the utterance that was being spoken", async () => {
  const { clock, connect, turns } = createWorld({ heard: ["一"] });
  const device = await connect();
  device.listen("start", "auto");
  device.talk(600, 0);
  await clock.advance(700);
  device.detect("打字");
  device.talk(0, 1_200);
  await clock.advance(5_000);
  assert.deepEqual(
    turns.map(({ heard }) => heard),
    ["打字"],
  );
});

test("a complete command ends with less silence", async () => {
  const silences: number[] = [];
  for (const outlook of ["unknown", "complete"] as const) {
    const { clock, connect, turns } = createWorld({ heard: ["一"], outlook });
    const device = await connect();
    device.listen("start", "auto");
    device.talk(900, 1_200);
    await clock.advance(5_000);
    silences.push(turns[0]?.stages.endpoint ?? 0);
  }
  const [incomplete, complete] = silences as [number, number];
  assert.ok(complete >= 90 && complete < incomplete && incomplete <= 550, silences.join());
});

test("the model gets the conversation, and of an interrupted answer what was said of it", async () => {
  const half = async function* (_messages: unknown, _tools: unknown, signal: AbortSignal) {
    yield { type: "text" as const, text: "一半。" };
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    yield { type: "text" as const, text: "另一半。" };
  };
  const { clock, connect, stages } = createWorld({ rounds: ["好的。", half, "再见。"] });
  const device = await connect();
  for (const text of ["一", "二", "三"]) {
    device.detect(text);
    await clock.advance(2_000);
  }
  const conversation = stages.asked[2]?.messages.slice(1).map(({ role, content }) => `${role} ${content}`);
  assert.deepEqual(conversation, ["user 一", "assistant 好的。", "user 二", "assistant 一半。", "user 三"]);
  assert.equal(stages.asked[2]?.messages[0]?.role, "system");
});

test("a long conversation forgets its oldest exchanges, and begins with the user", async () => {
  const { clock, connect, stages } = createWorld(
    {},
    { XIAOZHI_HISTORY_MAX_TOKENS: "100", XIAOZHI_HISTORY_SUMMARY: "false" },
  );
  const device = await connect();
  for (let count = 0; count < 40; count++) {
    device.detect(`text ${count}`);
    await clock.advance(2_000);
  }
  // The model is asked for summaries, too.
  const answered = stages.asked.findLast(({ messages }) => messages.at(-1)?.content === "text 39");
  const [, ...messages] = answered?.messages ?? [];
  // An exchange takes about 12 tokens.
  assert.ok(messages.length >= 11 && messages.length <= 17, String(messages.length));
  assert.equal(messages[0]?.role, "user");
  assert.equal(messages.at(-1)?.content, "text 39");
});

test("somebody who keeps talking, and a long answer, keep the connection open", async () => {
  const script = { rounds: ["很长的一句话。"], msPerCharacter: 1_500 };
  const { clock, connect } = createWorld(script, { XIAOZHI_CLOSE_CONNECTION_NO_VOICE_TIME: "4" });
  const device = await connect();
  device.listen("start", "auto");
  for (let count = 0; count < 5; count++) {
    device.talk(60, 0);
    await clock.advance(2_000);
  }
  assert.equal(device.closedAt, undefined);
  device.detect("说话");
  await clock.advance(9_000);
  assert.equal(device.closedAt, undefined);
  assert.equal(device.trace.at(-1), "frames");
  await clock.advance(70_000);
  assert.notEqual(device.closedAt, undefined);
});

test("speech is made at most some twenty seconds ahead", async () => {
  const spoken: string[] = [];
  const rounds = ["一二三四五六七八九。".repeat(12)];
  const { clock, connect } = createWorld({ rounds, msPerCharacter: 1_000, onSpeak: (text) => spoken.push(text) });
  const device = await connect();
  device.detect("数");
  await clock.advance(1_000);
  assert.ok(spoken.length >= 2 && spoken.length <= 4, String(spoken.length));
  const before = spoken.length;
  await clock.advance(10_000);
  assert.equal(spoken.length, before + 1);
});

test("sound that stops coming in mid-utterance ends it, and whoever paused for it goes on", async () => {
  const { clock, connect, turns } = createWorld({ heard: ["你好"] });
  const device = await connect();
  device.listen("start", "auto");
  device.talk(900, 0);
  await clock.advance(5_000);
  assert.deepEqual(device.trace.slice(1, 3), ["stt 你好", "tts start"]);
  assert.equal(turns.length, 1);
  const paused = createWorld({ heard: [""], rounds: ["很长的一句话说了很久很久。"], msPerCharacter: 300 });
  const listener = await paused.connect();
  listener.listen("start", "realtime");
  listener.detect("讲故事");
  await paused.clock.advance(1_000);
  listener.talk(300, 0);
  await paused.clock.advance(20_000);
  assert.equal(listener.trace.at(-1), "tts stop");
  assert.equal(paused.turns[0]?.isInterrupted, false);
});
