// The checks of the reference's behaviour that no trace shows, or that need more than one. Numbers are those of the list
// in checklist.ts.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fetchFrom, upgrade } from "../fakes/http.ts";
import { createWorld } from "../fakes/world.ts";
import { EMOTION_TABLE } from "../fixtures/emotions.ts";
import {
  AUDIO,
  assertTrace,
  connect,
  DEVICE,
  frameTimes,
  happy,
  hello,
  llm,
  messagesOf,
  sentence,
  silence,
  start,
  stop,
  stt,
  timeOf,
  traceOf,
  voice,
} from "./wire.ts";

const LONG = "很长的一句话说了很久很久。";

test("1 any plain request on the WebSocket port gets the text that health checks look for", async () => {
  const { server } = createWorld();
  for (const [method, path] of [
    ["GET", "/"],
    ["GET", "/xiaozhi/v1/"],
    ["POST", "/anything"],
  ] as const) {
    const { status, text, headers } = await fetchFrom(server, "websocket", path, { method });
    assert.deepEqual([status, text], [200, "Server is running\n"]);
    assert.match(headers["content-type"] ?? "", /^text\/plain/);
  }
});

test("4 the tokens of Connection are read one by one, in any case", async () => {
  const { server } = createWorld();
  const headers = {
    Upgrade: "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
  };
  // The reference answers the second and the third with the text of check 1, so that Firefox cannot connect.
  for (const Connection of ["Upgrade", "keep-alive, Upgrade", "keep-alive,upgrade", "upgrade"]) {
    assert.equal(await upgrade(server, `/?device-id=${DEVICE}`, { ...headers, Connection }), 101, Connection);
  }
});

test("5 whatever the hello says of the sound comes back unchanged, also when it comes again", async () => {
  const device = await connect();
  for (const audio_params of [AUDIO, { format: "pcm", sample_rate: 8000, extra: [1] }, {}]) {
    device.send({ type: "hello", audio_params });
    await device.advance(5);
    assert.deepEqual(messagesOf(device).at(-1), {
      ...hello(audio_params),
      session_id: messagesOf(device)[0]?.["session_id"],
    });
  }
});

test("7 a typed turn has its messages in order, with the reference's keys", async () => {
  const device = await connect({ script: { rounds: ["好的。"] } });
  await device.hello();
  device.detect("  【你想去哪里呢？】 ");
  await device.advance(5_000);
  assertTrace(device, [hello(), stt("你想去哪里呢？"), start, happy, sentence("好的"), "frames", stop]);
});

test("8 each of the 21 emoji shows its face, the first one counts, and no emoji is happy", async () => {
  for (const [emoji, emotion] of EMOTION_TABLE) {
    const device = await connect({ script: { rounds: [`好${emoji}的😭。`] } });
    await device.hello();
    device.detect("说");
    await device.advance(3_000);
    assertTrace(device, [hello(), stt("说"), start, llm(emoji, emotion), sentence("好的"), "frames", stop]);
  }
  const plain = await connect({ script: { rounds: ["好的。"] } });
  await plain.hello({ emoji: false });
  plain.detect("说");
  await plain.advance(3_000);
  assertTrace(plain, [hello(), stt("说"), start, sentence("好的"), "frames", stop]);
});

test("9 a lead of at most six frames, then one each 60 ms, and stop 420 ms after the last", async () => {
  const device = await connect({ script: { rounds: ["今天天气很好。明天也很好。"], msPerCharacter: 200 } });
  await device.hello();
  device.detect("天气");
  await device.advance(20_000);
  const times = frameTimes(device);
  assert.ok(times.filter((at) => at < 60).length <= 6);
  for (const [index, at] of times.entries()) assert.equal(at, Math.max(0, index - 4) * 60, `frame ${index}`);
  const last = device.wire.findLast(({ packet }) => packet)?.at ?? 0;
  assert.equal(Math.round(timeOf(device, '"stop"') - last), 420);
});

test("10 each sentence is announced before its first frame and after the last one of the sentence before", async () => {
  const device = await connect({ script: { rounds: ["一二三。四五六。七八九。"], msPerCharacter: 200 } });
  await device.hello();
  device.detect("数");
  await device.advance(20_000);
  const runs = traceOf(device).slice(4);
  assert.deepEqual(
    runs.map((line) => (line === "frames" ? line : JSON.parse(line).text)),
    ["一二三", "frames", "四五六", "frames", "七八九", "frames", undefined],
  );
  const counts = [0, 0, 0];
  let at = -1;
  for (const { text, packet } of device.wire) {
    if (text?.includes("sentence_start")) at++;
    if (packet) counts[at] = (counts[at] ?? 0) + 1;
  }
  // Four characters of 200 ms.
  assert.deepEqual(counts, [14, 14, 14]);
});

test("11 an abort at any moment: not a frame more, stop at once, and a clean next turn", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4_000 }), async (ms) => {
      const device = await connect({ script: { rounds: [LONG, "好的。"], msPerCharacter: 200 } });
      await device.hello();
      device.detect("讲");
      await device.advance(ms);
      const before = device.wire.length;
      device.send({ type: "abort", reason: "wake_word_detected" });
      await device.advance(5_000);
      const after = device.wire.slice(before);
      assert.deepEqual(
        after.map(({ text }) => JSON.parse(text ?? "{}").state),
        ["stop"],
      );
      device.detect("你好");
      await device.advance(3_000);
      const next = traceOf(device).slice(-6);
      assert.deepEqual(next, [stt("你好"), start, happy, sentence("好的"), "frames", stop].map(shown));
    }),
    { numRuns: 25 },
  );
});

function shown(line: object | string): string {
  return typeof line === "string" ? line : JSON.stringify(line);
}

test("12 texts in mid-speech, one upon the other: each turn is whole or cut by stop, and none leaks into the next", async () => {
  const turns = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 2, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(turns, async (pauses) => {
      const device = await connect({ script: { rounds: pauses.map((_, at) => `答案${at}很长很长。`) } });
      await device.hello();
      for (const [at, ms] of pauses.entries()) {
        device.detect(`问题${at}`);
        await device.advance(ms);
      }
      await device.advance(10_000);
      let question = -1;
      let isSpeaking = false;
      for (const { text: json, packet } of device.wire.slice(1)) {
        const { type, state, text } = json === undefined ? {} : JSON.parse(json);
        if (packet) assert.ok(isSpeaking, "no frame outside of start and stop");
        if (type === "stt") question = Number(String(text).slice(2));
        if (type === "stt") assert.equal(isSpeaking, false);
        if (state === "start") isSpeaking = true;
        if (state === "stop") isSpeaking = false;
        if (state === "sentence_start") assert.equal(text, `答案${question}很长很长`);
      }
      assert.equal(isSpeaking, false);
      assert.equal(question, pauses.length - 1);
    }),
    { numRuns: 25 },
  );
});

test("14 speech in auto mode: one turn for each utterance", async () => {
  const device = await connect({ script: { heard: ["一", "二", "三"], rounds: ["好。", "好。", "好。"] } });
  await device.hello();
  device.listen("start", "auto");
  for (let count = 0; count < 3; count++) {
    device.talk(1_200, 3_000);
    await device.advance(4_200);
  }
  const texts = messagesOf(device).flatMap(({ type, text }) => (type === "stt" ? [text] : []));
  assert.deepEqual(texts, ["一", "二", "三"]);
});

test("20 without a console no device has to be activated", async () => {
  const { server } = createWorld();
  const headers = { "device-id": DEVICE, "client-id": "c" };
  const { text } = await fetchFrom(server, "http", "/xiaozhi/ota/", { method: "POST", headers, body: "{}" });
  assert.deepEqual(Object.keys(JSON.parse(text)), ["server_time", "firmware", "websocket"]);
  const activation = await fetchFrom(server, "http", "/xiaozhi/ota/activate", { method: "POST", headers });
  assert.equal(activation.status, 404);
});

test("21 the hello is answered before anything else is said or awaited", async () => {
  // The reference drops the hello of a device that is not bound, and answers none before its settings have come.
  const device = await connect({ env: { XIAOZHI_DEVICE_MAX_OUTPUT_SIZE: "1" } });
  device.send({ type: "listen", state: "start", mode: "auto" });
  await device.hello();
  assert.deepEqual(
    messagesOf(device).map(({ type }) => type),
    ["hello"],
  );
});

test("22 a device is offered no vision by a server that has none", async () => {
  const device = await connect();
  await device.hello({ mcp: true });
  const { payload } = messagesOf(device)[1] as { payload?: { params?: { capabilities?: object } } };
  assert.deepEqual(Object.keys(payload?.params?.capabilities ?? {}), ["roots", "sampling"]);
});

for (const talkers of [30, 100]) {
  test(`24 ${talkers} talkers at once: each hears its own answer, every frame when it is due`, async () => {
    const world = createWorld({ msPerCharacter: 200 });
    const devices = await Promise.all(
      Array.from({ length: talkers }, (_, at) => connect({ world, headers: { "device-id": `device-${at}` } })),
    );
    for (const device of devices) device.send({ type: "hello" });
    await world.clock.advance(10);
    world.script.rounds = devices.map((_, at) => `这是第${at}个答案。`);
    for (const device of devices) device.detect("说话");
    await world.clock.advance(20_000);
    const answers = devices.map(
      (device) => messagesOf(device).find(({ state }) => state === "sentence_start")?.["text"],
    );
    assert.equal(new Set(answers).size, talkers);
    for (const device of devices) {
      const times = frameTimes(device);
      assert.ok(times.length > 10);
      assert.deepEqual(
        times,
        times.map((_, index) => Math.max(0, index - 4) * 60),
      );
      assert.equal(messagesOf(device).at(-1)?.["state"], "stop");
    }
  });
}

test("25 whatever a device sends, in whatever order, its socket stays open and it is answered", async () => {
  const world = createWorld({}, { XIAOZHI_EXIT_COMMANDS: "[]" });
  const texts = fc.oneof(fc.string(), fc.json(), fc.constantFrom("{", "[[", '{"type":null}', '{"type":"listen"}'));
  const messages = fc.record(
    {
      type: fc.constantFrom("hello", "listen", "abort", "mcp", "iot", "server", "ping", "goodbye", "tts", 7),
      state: fc.constantFrom("start", "stop", "detect", null),
      mode: fc.constantFrom("auto", "manual", "realtime", "other"),
      text: fc.oneof(fc.string(), fc.integer()),
      payload: fc.jsonValue(),
      features: fc.jsonValue(),
      audio_params: fc.jsonValue(),
      descriptors: fc.jsonValue(),
      content: fc.jsonValue(),
      action: fc.string(),
    },
    { requiredKeys: ["type"] },
  );
  const packets = fc.oneof(fc.uint8Array({ maxLength: 2_000 }), fc.constantFrom(voice, silence));
  const framings = fc.constantFrom("1", "2", "3", "x");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(texts, messages, packets), { maxLength: 15 }),
      framings,
      async (inputs, framing) => {
        const device = await connect({ world, headers: { "device-id": DEVICE, "protocol-version": framing } });
        for (const input of inputs) {
          device.send(input);
          await device.advance(20);
        }
        await device.advance(15_000);
        assert.equal(device.end, undefined);
        device.send({ type: "hello", audio_params: AUDIO });
        await device.advance(10);
        assert.equal(device.wire.at(-1)?.text?.startsWith('{"type":"hello","version":1'), true);
        device.socket.close();
        await device.advance(10);
      },
    ),
    { numRuns: 60 },
  );
});
