import assert from "node:assert/strict";
import { test } from "node:test";
import { figuresOf } from "../fakes/figures.ts";
import { createWorld } from "../fakes/world.ts";

const SESSION = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

test("a text turn has the reference's order and keys", async () => {
  const { clock, connect, turns } = createWorld({ rounds: ["😆你好呀！今天天气很好。"] });
  const device = await connect();
  device.detect("讲个笑话");
  await clock.advance(10_000);
  assert.deepEqual(device.trace, [
    "hello",
    "stt 讲个笑话",
    "tts start",
    "llm laughing",
    "sentence 你好呀",
    "frames",
    "sentence 今天天气很好",
    "frames",
    "tts stop",
  ]);
  const [hello, stt, start, llm, sentence] = device.messages;
  const session_id = String(hello?.["session_id"]);
  assert.match(session_id, SESSION);
  assert.deepEqual(Object.keys(hello ?? {}), ["type", "version", "transport", "audio_params", "session_id"]);
  assert.deepEqual(hello?.["audio_params"], { format: "opus", sample_rate: 16000, channels: 1, frame_duration: 60 });
  assert.equal(JSON.stringify(stt), JSON.stringify({ type: "stt", text: "讲个笑话", session_id }));
  assert.equal(JSON.stringify(start), JSON.stringify({ type: "tts", state: "start", session_id }));
  assert.equal(JSON.stringify(llm), JSON.stringify({ type: "llm", text: "😆", emotion: "laughing", session_id }));
  const sentenceStart = { type: "tts", state: "sentence_start", session_id, text: "你好呀" };
  assert.equal(JSON.stringify(sentence), JSON.stringify(sentenceStart));
  assert.equal(turns[0]?.heard, "讲个笑话");
  assert.equal(turns[0]?.said, "😆你好呀！ 今天天气很好。");
});

test("an empty hello gets the server's own audio parameters and no MCP", async () => {
  const { clock, server } = createWorld();
  const { FakeDevice } = await import("../fakes/device.ts");
  const device = new FakeDevice(clock);
  server.attach(device);
  device.send({ type: "hello" });
  await clock.advance(5_000);
  assert.deepEqual(device.trace, ["hello"]);
  const expected = { format: "opus", sample_rate: 24000, channels: 1, frame_duration: 60 };
  assert.deepEqual(device.messages[0]?.["audio_params"], expected);
});

test("frames leave with a lead of five, then one every 60 ms, and stop follows 420 ms after the last", async () => {
  const { clock, connect } = createWorld({ rounds: ["今天天气很好。明天也很好。"], msPerCharacter: 200 });
  const device = await connect();
  device.detect("天气");
  await clock.advance(20_000);
  const times = device.frameTimes;
  assert.ok(times.length > 40);
  assert.deepEqual(times.slice(0, 5), [0, 0, 0, 0, 0]);
  for (const [index, at] of times.entries()) assert.equal(at, Math.max(0, index - 4) * 60, `frame ${index}`);
  const stop = device.received.at(-1);
  const lastFrame = device.received.findLast(({ packet }) => packet);
  assert.equal(stop?.message?.["state"], "stop");
  assert.equal(Math.round((stop?.at ?? 0) - (lastFrame?.at ?? 0)), 420);
});

test("an abort silences the device at once, and the next turn is clean", async () => {
  const { clock, connect, turns } = createWorld({
    rounds: ["很长的一句话，说了很久很久。", "好的。"],
    msPerCharacter: 300,
  });
  const device = await connect();
  device.detect("讲故事");
  await clock.advance(1_000);
  const before = device.received.length;
  device.send({ type: "abort", reason: "wake_word_detected" });
  assert.equal(device.received.length, before + 1);
  assert.deepEqual(device.trace.at(-1), "tts stop");
  await clock.advance(5_000);
  assert.equal(device.received.length, before + 1, "nothing follows the stop, not even a second one");
  assert.equal(turns[0]?.isInterrupted, true);
  device.detect("你好");
  await clock.advance(5_000);
  assert.deepEqual(device.trace.slice(-5), ["tts start", "llm happy", "sentence 好的", "frames", "tts stop"]);
});

test("a second text cuts the first short in auto mode", async () => {
  const { clock, connect } = createWorld({ rounds: ["很长的一句话，说了很久很久。", "好的。"], msPerCharacter: 300 });
  const device = await connect();
  device.detect("一");
  await clock.advance(1_000);
  device.detect("二");
  await clock.advance(10_000);
  assert.deepEqual(device.trace.slice(1), [
    "stt 一",
    "tts start",
    "llm happy",
    "sentence 很长的一句话",
    "frames",
    "tts stop",
    "stt 二",
    "tts start",
    "llm happy",
    "sentence 好的",
    "frames",
    "tts stop",
  ]);
});

test("in manual mode the finger ends the utterance and nothing interrupts", async () => {
  const { clock, connect } = createWorld({
    heard: ["一", "二"],
    rounds: ["很长的一句话说了很久很久。", "好的。"],
    msPerCharacter: 300,
  });
  const device = await connect();
  device.listen("start", "manual");
  device.talk(600, 1200);
  await clock.advance(1_800);
  assert.deepEqual(device.trace, ["hello"], "silence ends nothing in manual mode");
  device.listen("stop");
  await clock.advance(500);
  assert.deepEqual(device.trace.slice(1, 3), ["stt 一", "tts start"]);
  device.listen("start", "manual");
  device.talk(600, 0);
  await clock.advance(700);
  device.listen("stop");
  await clock.advance(20_000);
  assert.deepEqual(device.trace.slice(1), [
    "stt 一",
    "tts start",
    "llm happy",
    "sentence 很长的一句话说了很久很久",
    "frames",
    "tts stop",
    "stt 二",
    "tts start",
    "llm happy",
    "sentence 好的",
    "frames",
    "tts stop",
  ]);
});

for (const mode of ["auto", "realtime"]) {
  test(`in ${mode} mode silence ends the utterance, and the next one cuts the answer short`, async () => {
    const { clock, connect, turns } = createWorld({
      heard: ["一", "二"],
      rounds: ["很长的一句话说了很久很久。", "好的。"],
      msPerCharacter: 300,
    });
    const device = await connect();
    device.listen("start", mode);
    device.talk(900, 1200);
    await clock.advance(2_100);
    device.talk(900, 1200);
    await clock.advance(20_000);
    const trace = device.trace.slice(1);
    assert.deepEqual(trace.slice(0, 5), [
      "stt 一",
      "tts start",
      "llm happy",
      "sentence 很长的一句话说了很久很久",
      "frames",
    ]);
    assert.deepEqual(trace.slice(5), [
      // Where the device cancels its echo the voice silences it; the words then end the answer.
      ...(mode === "realtime" ? ["tts stop", "tts start"] : []),
      "tts stop",
      "stt 二",
      "tts start",
      "llm happy",
      "sentence 好的",
      "frames",
      "tts stop",
    ]);
    assert.equal(turns[0]?.isInterrupted, true);
    assert.ok((turns[1]?.stages.endpoint ?? 999) <= 550);
  });
}

test("listen stop in auto mode runs what was heard so far", async () => {
  const { clock, connect } = createWorld({ heard: ["停"] });
  const device = await connect();
  device.listen("start", "auto");
  device.talk(600, 0);
  await clock.advance(600);
  device.listen("stop");
  await clock.advance(200);
  assert.equal(device.trace[1], "stt 停");
});

test("nothing understood: no message, and hearing goes on", async () => {
  const { clock, connect, turns } = createWorld({ heard: ["", "你好"] });
  const device = await connect();
  device.listen("start", "auto");
  device.talk(600, 1200);
  await clock.advance(2_000);
  assert.deepEqual(device.trace, ["hello"]);
  device.talk(600, 1200);
  await clock.advance(2_000);
  assert.equal(device.trace[1], "stt 你好");
  assert.equal(turns.length, 1);
});

test("two devices at once do not disturb each other", async () => {
  const { clock, connect } = createWorld({ msPerCharacter: 300 });
  const one = await connect({ id: "01" });
  const two = await connect({ id: "02" });
  one.detect("一");
  await clock.advance(130);
  two.detect("二");
  await clock.advance(60);
  one.send({ type: "abort" });
  await clock.advance(5_000);
  assert.deepEqual(one.trace.slice(-2), ["frames", "tts stop"]);
  assert.deepEqual(two.trace.slice(1), ["stt 二", "tts start", "llm happy", "sentence OK", "frames", "tts stop"]);
  assert.notEqual(one.messages[0]?.["session_id"], two.messages[0]?.["session_id"]);
  const times = two.frameTimes;
  for (const [index, at] of times.entries()) assert.equal(at, Math.max(0, index - 4) * 60);
});

test("in manual mode a text waits until the device has finished speaking", async () => {
  const { clock, connect, turns } = createWorld({ rounds: ["很长的一句话。", "好的。"], msPerCharacter: 300 });
  const device = await connect();
  device.listen("start", "manual");
  device.detect("一");
  await clock.advance(500);
  device.detect("二");
  await clock.advance(10_000);
  const kinds = device.trace.filter((text) => /^(stt|tts)/.test(text));
  assert.deepEqual(kinds, ["stt 一", "tts start", "tts stop", "stt 二", "tts start", "tts stop"]);
  assert.deepEqual(
    turns.map(({ isInterrupted }) => isInterrupted),
    [false, false],
  );
});

test("the log has one line for a turn, with its times, and words only when asked for", async () => {
  for (const transcripts of ["false", "true"]) {
    const { clock, connect, log } = createWorld({ heard: ["秘密"] }, { XIAOZHI_LOG_TRANSCRIPTS: transcripts });
    const device = await connect();
    device.listen("start", "auto");
    device.talk(900, 1200);
    await clock.advance(6_000);
    const lines = log.filter(({ level }) => level === 30).map(({ msg }) => msg);
    assert.deepEqual(lines, ["device connected", "turn finished"]);
    const turn = log.find(({ msg }) => msg === "turn finished") ?? {};
    for (const stage of ["endpoint", "asr", "think", "tts", "firstFrame", "total"]) {
      assert.equal(typeof turn[stage], "number", stage);
    }
    assert.equal(JSON.stringify(log).includes("秘密"), transcripts === "true");
  }
});

test("a JSON ping is answered only where the configuration says so", async () => {
  const silent = createWorld();
  const quiet = await silent.connect();
  quiet.send({ type: "ping" });
  assert.deepEqual(quiet.trace, ["hello"]);
  const talkative = createWorld({}, { XIAOZHI_ENABLE_WEBSOCKET_PING: "true" });
  const device = await talkative.connect();
  device.send({ type: "ping" });
  assert.match(String(device.messages[1]?.["timestamp"]), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
});

test("a device without faces gets none", async () => {
  const { clock, connect } = createWorld();
  const device = await connect({ features: { emoji: false } });
  device.detect("你好");
  await clock.advance(3_000);
  assert.deepEqual(device.trace.slice(1), ["stt 你好", "tts start", "sentence OK", "frames", "tts stop"]);
});

test("a failing model ends in an apology, a failing voice in silence; neither ends the session", async () => {
  const script = {
    rounds: [
      // biome-ignore lint/correctness/useYield: it fails before the first event
      async function* () {
        throw new Error("no model");
      },
    ],
    onSpeak: (text: string) => {
      if (text === "OK.") throw new Error("no voice");
    },
  };
  const { clock, connect } = createWorld(script);
  const device = await connect();
  device.detect("一");
  await clock.advance(10_000);
  assert.deepEqual(device.trace.slice(1), [
    "stt 一",
    "tts start",
    "sentence Sorry, something went wrong",
    "frames",
    "sentence Please try again",
    "frames",
    "tts stop",
  ]);
  device.received.length = 0;
  device.detect("二");
  await clock.advance(5_000);
  assert.deepEqual(device.trace, ["stt 二", "tts start", "llm happy", "sentence OK", "tts stop"]);
});

test("a connection on which nothing happens is closed after three minutes", async () => {
  const { clock, connect } = createWorld();
  const device = await connect();
  const start = clock.now();
  await clock.advance(60_000);
  device.detect("你好");
  await clock.advance(160_000);
  assert.equal(device.closedAt, undefined);
  await clock.advance(60_000);
  assert.ok(device.closedAt !== undefined && device.closedAt - start >= 240_000);
});

test("who goes on speaking at once was cut off, which is counted", async () => {
  for (const [pauseMs, cutOffs] of [
    [300, 1],
    [1_500, undefined],
  ] as const) {
    const { clock, connect, server } = createWorld({ heard: ["set the", "volume"] });
    const device = await connect();
    device.listen("start", "auto");
    device.talk(600, 600);
    await clock.advance(1_200 + pauseMs);
    device.talk(600, 900);
    await clock.advance(5_000);
    assert.equal((await figuresOf(server)).get("xiaozhi_cut_offs_total") || undefined, cutOffs);
  }
});
