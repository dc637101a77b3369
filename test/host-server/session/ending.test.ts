import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeWav } from "../../../host-server/audio/wav.ts";
import { silence } from "../fakes/device.ts";
import { tone } from "../fakes/stages.ts";
import { createWorld } from "../fakes/world.ts";

const directory = mkdtempSync(join(tmpdir(), "ending-"));
after(() => rmSync(directory, { recursive: true, force: true }));

const NO_VOICE = { XIAOZHI_CLOSE_CONNECTION_NO_VOICE_TIME: "20" };

/** Frames of silence at the rate of time. */
function hush(clock: { schedule(ms: number, run: () => void): void }, send: () => void, ms: number): void {
  for (let at = 0; at < ms; at += 60) clock.schedule(at, send);
}

test("a device that listens to silence says goodbye, unseen, and its connection ends", async () => {
  const { connect, clock, stages } = createWorld({ rounds: ["时间过得真快。下次再聊。"] }, NO_VOICE);
  const device = await connect();
  device.listen("start", "auto");
  const from = clock.now();
  hush(clock, () => device.sendPacket(silence), 20_500);
  await clock.advance(40_000);
  assert.deepEqual(device.trace.slice(1), [
    "tts start",
    "llm happy",
    "sentence 时间过得真快",
    "frames",
    "sentence 下次再聊",
    "frames",
    "tts stop",
  ]);
  assert.equal(stages.asked[0]?.messages.at(-1)?.content, "Goodbye!");
  const stop = device.received.at(-1);
  assert.equal(device.closedAt, stop?.at, "right after the end of speech");
  const start = device.received.find(({ message }) => message?.["state"] === "start");
  assert.equal(Math.round(((start?.at ?? 0) - from) / 1_000), 20);
});

test("the goodbye is the configuration's, and may be left out", async () => {
  const polite = createWorld({}, { ...NO_VOICE, XIAOZHI_END_PROMPT_PROMPT: "Say farewell." });
  const device = await polite.connect();
  hush(polite.clock, () => device.sendPacket(silence), 20_500);
  await polite.clock.advance(30_000);
  assert.equal(polite.stages.asked[0]?.messages.at(-1)?.content, "Say farewell.");
  const curt = createWorld({}, { ...NO_VOICE, XIAOZHI_END_PROMPT_ENABLE: "false" });
  const other = await curt.connect();
  hush(curt.clock, () => other.sendPacket(silence), 20_500);
  await curt.clock.advance(21_000);
  assert.deepEqual(other.trace, ["hello"]);
  assert.notEqual(other.closedAt, undefined);
});

test("an interruption of the goodbye keeps the conversation", async () => {
  const { connect, clock } = createWorld(
    { rounds: ["一个很长很长很长很长很长的告别。"], msPerCharacter: 200 },
    NO_VOICE,
  );
  const device = await connect();
  hush(clock, () => device.sendPacket(silence), 20_500);
  await clock.advance(21_000);
  device.send({ type: "abort" });
  await clock.advance(5_000);
  assert.equal(device.closedAt, undefined);
  device.detect("等等");
  await clock.advance(5_000);
  assert.ok(device.trace.includes("stt 等等"));
  assert.equal(device.closedAt, undefined);
});

test("a device that sends nothing at all is closed a minute later, without a word", async () => {
  const { connect, clock } = createWorld({}, NO_VOICE);
  const device = await connect();
  const from = clock.now();
  await clock.advance(79_000);
  assert.equal(device.closedAt, undefined);
  await clock.advance(10_000);
  assert.ok(((device.closedAt ?? 0) - from) / 1_000 <= 90);
  assert.deepEqual(device.trace, ["hello"]);
});

test("who begins to listen after a long pause is not shown the door", async () => {
  const { connect, clock } = createWorld({ heard: ["你好"] }, NO_VOICE);
  const device = await connect();
  await clock.advance(60_000);
  device.listen("start", "auto");
  hush(clock, () => device.sendPacket(silence), 5_000);
  await clock.advance(5_000);
  device.talk(600, 1_200);
  await clock.advance(5_000);
  assert.deepEqual(device.trace.slice(1, 3), ["stt 你好", "tts start"]);
});

test("an exit command ends the connection at once, spoken or typed", async () => {
  for (const heard of [["关闭。"], undefined]) {
    const { connect, clock, stages } = createWorld({ heard: heard ?? [] });
    const device = await connect();
    if (heard) {
      device.listen("start", "auto");
      device.talk(900, 1_200);
    } else device.detect("退出！");
    await clock.advance(3_000);
    assert.deepEqual(device.trace.slice(1), [heard ? "stt 关闭" : "stt 退出", "tts start"]);
    assert.notEqual(device.closedAt, undefined);
    assert.equal(stages.asked.length, 0);
  }
});

test("an exit command in mid-speech ends what is being said first", async () => {
  const { connect, clock } = createWorld({ rounds: ["很长的一句话说了很久很久。"], msPerCharacter: 300 });
  const device = await connect();
  device.detect("讲故事");
  await clock.advance(1_000);
  device.detect("退出");
  await clock.advance(1_000);
  assert.deepEqual(device.trace.slice(-4), ["frames", "tts stop", "stt 退出", "tts start"]);
  assert.notEqual(device.closedAt, undefined);
});

test("a device that was told enough for one day is told so, and can talk again the next day", async () => {
  const { connect, clock } = createWorld(
    { rounds: ["一二三四五六七八九十。", "好的。"] },
    { XIAOZHI_DEVICE_MAX_OUTPUT_SIZE: "10", XIAOZHI_DEVICE_MAX_OUTPUT_RESPONSE: "Enough for today!" },
    directory,
  );
  const first = await connect();
  first.detect("数到十");
  await clock.advance(10_000);
  assert.equal(first.trace.at(-1), "tts stop");
  first.detect("再来");
  await clock.advance(10_000);
  assert.deepEqual(first.trace.slice(-5), [
    "stt Enough for today",
    "tts start",
    "sentence Enough for today",
    "frames",
    "tts stop",
  ]);
  assert.notEqual(first.closedAt, undefined);
  const other = await connect({ id: "aa:aa:aa:aa:aa:aa" });
  other.detect("你好");
  await clock.advance(10_000);
  assert.ok(other.trace.includes("stt 你好"), "each device has its own share");
  await clock.advance(24 * 60 * 60 * 1000);
  const again = await connect();
  again.detect("你好");
  await clock.advance(10_000);
  assert.ok(again.trace.includes("stt 你好"));
});

test("a tone follows each answer, from a file or our own", async () => {
  const plain = createWorld({ rounds: ["好。"] });
  const file = join(directory, "tone.wav");
  writeFileSync(file, writeWav({ pcm: tone(16_000 * 0.6, 16_000), sampleRate: 16_000, channels: 1 }));
  const on = { XIAOZHI_ENABLE_STOP_TTS_NOTIFY: "true" };
  const own = createWorld({ rounds: ["好。"] }, on);
  const given = createWorld({ rounds: ["好。"] }, { ...on, XIAOZHI_STOP_TTS_NOTIFY_VOICE: file });
  const mp3 = createWorld(
    { rounds: ["好。"] },
    { ...on, XIAOZHI_STOP_TTS_NOTIFY_VOICE: "config/assets/tts_notify.mp3" },
  );
  const counts: number[] = [];
  for (const { connect, clock } of [plain, own, given, mp3]) {
    const device = await connect();
    device.detect("好吗");
    await clock.advance(5_000);
    assert.deepEqual(device.trace.slice(-2), ["frames", "tts stop"]);
    counts.push(device.frameTimes.length);
  }
  const [without, withOwn, withGiven, withMp3] = counts as [number, number, number, number];
  assert.deepEqual([withOwn - without, withGiven - without, withMp3 - without], [4, 10, 4]);
  assert.ok(mp3.log.some(({ msg }) => String(msg).startsWith("stop_tts_notify_voice cannot be used")));
});

test("a fixed pause between packets takes the place of the lead", async () => {
  const { connect, clock } = createWorld({ rounds: ["一二三四五六七八。"] }, { XIAOZHI_TTS_AUDIO_SEND_DELAY: "50" });
  const device = await connect();
  device.detect("数");
  await clock.advance(10_000);
  assert.ok(device.frameTimes.length > 5);
  assert.deepEqual(
    device.frameTimes,
    device.frameTimes.map((_, index) => index * 50),
  );
});

test("a device without emoji gets no faces, and the model is told", async () => {
  const { connect, clock, stages } = createWorld({ rounds: ["😆好的。"] });
  const device = await connect({ features: { emoji: false } });
  device.detect("笑");
  await clock.advance(5_000);
  assert.deepEqual(device.trace.slice(1), ["stt 笑", "tts start", "sentence 好的", "frames", "tts stop"]);
  assert.match(stages.asked[0]?.messages[0]?.content ?? "", /Use no emoji\.$/);
  const other = await connect({ id: "aa:aa:aa:aa:aa:aa" });
  other.detect("笑");
  await clock.advance(5_000);
  assert.doesNotMatch(stages.asked[1]?.messages[0]?.content ?? "", /emoji/);
});
