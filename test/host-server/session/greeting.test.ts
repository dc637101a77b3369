import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { fromPacketFile, toPacketFile } from "../../../host-server/audio/packet-file.ts";
import { Phrases } from "../../../host-server/session/phrases.ts";
import type { Script } from "../fakes/stages.ts";
import { createWorld } from "../fakes/world.ts";

const directories: string[] = [];
after(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "greetings-"));
  directories.push(directory);
  return directory;
}

const REPLIES = { XIAOZHI_WAKEUP_REPLIES: '["我在这里哦！", "来啦！"]' };

function createGreetingWorld(script: Script = {}, env: Record<string, string> = REPLIES, data = temporaryDirectory()) {
  return { ...createWorld(script, env, data), data };
}

const voiced = (lines: string[]) => lines.filter((line) => line.startsWith("sentence"));

test("a device that was called answers without a turn of the model, and shows no wake word", async () => {
  const { connect, clock, stages, turns } = createGreetingWorld();
  const device = await connect();
  device.detect("你好小智");
  await clock.advance(5_000);
  assert.deepEqual(device.trace.slice(1), ["tts start", "sentence 我在这里哦！", "frames", "tts stop"]);
  assert.equal(stages.asked.length, 0);
  assert.equal(turns.length, 0);
});

test("the lines take turns, and their sound is made once", async () => {
  const spoken: string[] = [];
  const { connect, clock, data } = createGreetingWorld({ onSpeak: (text) => spoken.push(text) });
  const device = await connect();
  for (let count = 0; count < 6; count++) {
    device.detect("Hi, XiaoZhi!");
    await clock.advance(5_000);
  }
  assert.deepEqual(voiced(device.trace), [
    "sentence 我在这里哦！",
    "sentence 我在这里哦！",
    "sentence 来啦！",
    "sentence 我在这里哦！",
    "sentence 来啦！",
    "sentence 我在这里哦！",
  ]);
  // The first was said before its sound existed.
  assert.deepEqual(spoken.toSorted(), ["我在这里哦！", "我在这里哦！", "来啦！"].toSorted());
  assert.equal(readdirSync(join(data, "greetings")).length, 2);
});

test("recordings survive a restart; another voice has its own", async () => {
  const first = createGreetingWorld();
  const caller = await first.connect();
  for (let count = 0; count < 3; count++) {
    caller.detect("你好小智");
    await first.clock.advance(5_000);
  }
  const spoken: string[] = [];
  const second = createGreetingWorld({ onSpeak: (text) => spoken.push(text) }, REPLIES, first.data);
  const device = await second.connect();
  device.detect("你好小智");
  await second.clock.advance(5_000);
  device.detect("你好小智");
  await second.clock.advance(5_000);
  assert.ok(spoken.length <= 1, "what is on the disk is not spoken again");
  assert.equal(voiced(device.trace).length, 2);
});

test("a voice that fails leaves a line that can be read, and a session that goes on", async () => {
  const onSpeak = () => {
    throw new Error("no voice");
  };
  const { connect, clock, log } = createGreetingWorld({ onSpeak });
  const device = await connect();
  device.detect("你好小智");
  await clock.advance(5_000);
  assert.deepEqual(device.trace.slice(1), ["tts start", "sentence 我在这里哦！", "tts stop"]);
  assert.ok(log.some(({ msg }) => msg === "a greeting could not be recorded"));
});

test("without greetings the device only listens", async () => {
  const { connect, clock, stages } = createGreetingWorld({}, { XIAOZHI_ENABLE_GREETING: "false" });
  const device = await connect();
  device.detect("你好小智。");
  await clock.advance(5_000);
  assert.deepEqual(device.trace.slice(1), ["stt 你好小智", "tts start", "tts stop"]);
  assert.ok(device.messages.slice(1).every(({ session_id }) => session_id === device.messages[0]?.["session_id"]));
  assert.equal(stages.asked.length, 0);
});

test("without kept replies the model answers a greeting in the language of the wake word", async () => {
  const env = { XIAOZHI_ENABLE_WAKEUP_WORDS_RESPONSE_CACHE: "false" };
  const { connect, clock } = createGreetingWorld({ rounds: ["你好。", "Hello."] }, env);
  const device = await connect();
  device.detect("你好小智");
  await clock.advance(5_000);
  assert.deepEqual(device.trace.slice(1, 4), ["stt 嘿，你好呀", "tts start", "llm happy"]);
  device.detect("Hey XiaoZhi");
  await clock.advance(5_000);
  assert.ok(device.trace.includes("stt Hello"));
});

test("a call interrupts what is being said; in manual mode it waits", async () => {
  for (const mode of ["auto", "manual"]) {
    const { connect, clock } = createGreetingWorld({ rounds: ["很长的一句话说了很久很久。"], msPerCharacter: 200 });
    const device = await connect();
    device.listen("start", mode);
    device.detect("讲故事");
    await clock.advance(1_000);
    const frames = device.frameTimes.length;
    device.detect("你好小智");
    assert.equal(device.frameTimes.length, frames);
    await clock.advance(200);
    assert.equal(device.trace.includes("tts stop"), mode === "auto", mode);
    await clock.advance(20_000);
    assert.deepEqual(device.trace.slice(-4), ["tts start", "sentence 我在这里哦！", "frames", "tts stop"], mode);
  }
});

test("what the microphone hears right after the wake word counts", async () => {
  const { connect, clock } = createGreetingWorld({ heard: ["关灯"] }, { XIAOZHI_ENABLE_GREETING: "false" });
  const device = await connect();
  device.detect("你好小智");
  device.listen("start", "auto");
  device.talk(600, 1_200);
  await clock.advance(3_000);
  assert.ok(device.trace.includes("stt 关灯"), "the reference is deaf for two seconds here");
});

test("a call of another device is told in its words", async () => {
  const { connect, clock, stages } = createGreetingWorld();
  const device = await connect();
  device.detect("[device_call]Ann is calling.");
  await clock.advance(5_000);
  assert.deepEqual(device.trace.slice(1), ["tts start", "sentence Ann is calling", "frames", "tts stop"]);
  assert.equal(stages.asked.length, 0);
});

test("phrases are known whatever their punctuation, spaces, width and capitals; nothing longer is", () => {
  const phrases = new Phrases(["你好小智", "Hi, XiaoZhi", "…"]);
  for (const text of ["你好，小智！", " 你 好 小 智", "hi xiaozhi", "ＨＩ　ＸｉａｏＺｈｉ。"]) {
    assert.ok(phrases.has(text), text);
  }
  for (const text of ["", "!", "你好小智吗", "你好", "say hi xiaozhi"]) assert.equal(phrases.has(text), false, text);
});

test("a file of packets gives them back, and one that is cut gives those before the cut", () => {
  const packet = fc.uint8Array({ minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 8 }), fc.nat(), (packets, cut) => {
      const file = toPacketFile(packets);
      assert.deepEqual(fromPacketFile(file).map(Buffer.from), packets.map(Buffer.from));
      const rest = fromPacketFile(file.subarray(0, cut % (file.length + 1)));
      assert.deepEqual(rest.map(Buffer.from), packets.slice(0, rest.length).map(Buffer.from));
    }),
  );
});
