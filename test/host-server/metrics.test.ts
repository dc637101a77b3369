import assert from "node:assert/strict";
import { test } from "node:test";
import { LlmError } from "../../host-server/errors.ts";
import { Metrics } from "../../host-server/metrics.ts";
import { samples } from "./fakes/figures.ts";
import { fetchFrom } from "./fakes/http.ts";
import { createWorld } from "./fakes/world.ts";

test("what turns did can be read by Prometheus: their stages, frames, sessions and failures", async () => {
  const failing = {
    rounds: [
      "Well, well.",
      async function* () {
        yield { type: "text" as const, text: "" };
        throw new LlmError("llm-refused", "the model does not want to");
      },
    ],
  };
  const { clock, server, connect, turns } = createWorld(failing);
  const device = await connect();
  device.detect("one");
  await clock.advance(20_000);
  device.detect("two");
  await clock.advance(20_000);
  const { status, headers, text } = await fetchFrom(server, "http", "/metrics");
  assert.equal(status, 200);
  assert.match(String(headers["content-type"]), /^text\/plain; version=0\.0\.4/);
  const figures = samples(text);
  assert.equal(turns.length, 2);
  assert.equal(figures.get('xiaozhi_turns_total{interrupted="false"}'), 2);
  assert.equal(figures.get('xiaozhi_turn_seconds_count{stage="first_frame"}'), 2);
  assert.equal(figures.get('xiaozhi_turn_seconds_count{stage="total"}'), 2);
  assert.equal(figures.get("xiaozhi_sessions"), 1);
  assert.equal(figures.get("xiaozhi_speaking"), 0);
  assert.equal(figures.get('xiaozhi_frames_total{direction="down"}'), device.frameTimes.length);
  assert.equal(figures.get('xiaozhi_failures_total{stage="llm",provider="scripted",code="llm-refused"}'), 1);
  await server.stop();
});

test("each counter of turns has a figure of its own", async () => {
  const metrics = new Metrics({
    sessions: () => 3,
    speaking: () => 2,
    encodedFrames: () => ({ "5": 9 }),
    providers: { tts: "flite" },
  });
  const { counters } = metrics;
  counters.cutOff();
  counters.falseStart();
  counters.interruption("voice");
  counters.speculation("discarded");
  counters.failure("tts", "tts-failed");
  counters.failure("tool", "tool-timeout");
  for (let n = 0; n < 4; n++) counters.frame("up");
  await metrics.text();
  const figures = samples(await metrics.text());
  const expected: [string, number][] = [
    ["xiaozhi_sessions", 3],
    ["xiaozhi_speaking", 2],
    ['xiaozhi_encoded_frames_total{level="5"}', 9],
    ["xiaozhi_cut_offs_total", 1],
    ["xiaozhi_false_starts_total", 1],
    ['xiaozhi_interruptions_total{by="voice"}', 1],
    ['xiaozhi_speculations_total{outcome="discarded"}', 1],
    ['xiaozhi_failures_total{stage="tts",provider="flite",code="tts-failed"}', 1],
    ['xiaozhi_failures_total{stage="tool",provider="",code="tool-timeout"}', 1],
    ['xiaozhi_frames_total{direction="up"}', 4],
    ['xiaozhi_frames_total{direction="down"}', 0],
  ];
  for (const [name, value] of expected) assert.equal(figures.get(name), value, name);
});

test("threads of a stage are added up, whoever they belong to", async () => {
  const crews = [
    { stage: "asr", size: 2, idle: 0, waiting: 3 },
    { stage: "asr", size: 1, idle: 1, waiting: 0 },
    { stage: "tts", size: 2, idle: 1, waiting: 0 },
  ];
  const figures = samples(
    await new Metrics({ sessions: () => 0, speaking: () => 0, encodedFrames: () => ({}), providers: {}, crews }).text(),
  );
  const of = (name: string) => ["asr", "tts"].map((stage) => figures.get(`xiaozhi_${name}{stage="${stage}"}`));
  assert.deepEqual(
    [of("workers"), of("workers_busy"), of("workers_waiting")],
    [
      [3, 2],
      [2, 1],
      [3, 0],
    ],
  );
});
