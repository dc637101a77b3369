import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { systemClock } from "../../../host-server/clock.ts";
import type { Outlook } from "../../../host-server/intent/outlook.ts";
import { TurnWatch } from "../../../host-server/pipeline/voice/turn-watch.ts";
import { BANDS, FRAMES, logMel } from "../../../host-server/providers/turn-end/log-mel.ts";
import { SmartTurn, smartTurnFile } from "../../../host-server/providers/turn-end/smart-turn.ts";
import { BINS, POINTS, Spectrum } from "../../../host-server/providers/turn-end/spectrum.ts";
import { createWorld } from "../fakes/world.ts";
import { averagingModel } from "../fixtures/onnx-model.ts";
import { providerContext } from "../fixtures/provider-context.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "turn-end-"));
after(() => rmSync(FOLDER, { recursive: true }));

const tone = (hertz: number, seconds: number) =>
  Int16Array.from({ length: seconds * 16_000 }, (_, at) => 10_000 * Math.sin((2 * Math.PI * hertz * at) / 16_000));

test("a spectrum is what Fourier's sum says", () => {
  const samples = Float64Array.from({ length: POINTS + 7 }, (_, at) => Math.sin(at * at));
  const power = new Float64Array(BINS);
  new Spectrum().powerOf(samples, 7, power);
  for (const bin of [0, 1, 24, 25, 26, 150, 199, 200]) {
    let [real, imaginary] = [0, 0];
    for (let at = 0; at < POINTS; at++) {
      const value = samples[7 + at]! * (0.5 - 0.5 * Math.cos((2 * Math.PI * at) / POINTS));
      real += value * Math.cos((2 * Math.PI * bin * at) / POINTS);
      imaginary -= value * Math.sin((2 * Math.PI * bin * at) / POINTS);
    }
    assert.ok(Math.abs(power[bin]! - (real * real + imaginary * imaginary)) < 1e-9, `bin ${bin}`);
  }
});

test("sound is seen in bands, the newest at the end, and silence before what is short", () => {
  const mel = logMel(tone(1_000, 2));
  assert.equal(mel.length, BANDS * FRAMES);
  const column = (frame: number) => Array.from({ length: BANDS }, (_, band) => mel[band * FRAMES + frame]!);
  const loudestBand = (frame: number) => column(frame).indexOf(Math.max(...column(frame)));
  // 1 kHz is the 15th step of Slaney's scale, of 45.2 in 81 steps.
  assert.ok(Math.abs(loudestBand(700) - 26) <= 1, `band ${loudestBand(700)}`);
  assert.ok(Math.max(...column(300)) < Math.max(...column(700)) - 1, "silence before");
  assert.deepEqual(column(100), column(500), "silence is the same everywhere");
  assert.ok(Math.max(...mel) - Math.min(...mel) <= 2.0001, "nothing is more than 80 dB below the loudest");
  const long = logMel(new Int16Array([...tone(3_000, 1), ...tone(1_000, 8)]));
  assert.ok(Math.abs(long[26 * FRAMES + 5]! - long[26 * FRAMES + 700]!) < 0.05, "what is older than 8 s is gone");
  assert.ok(logMel(new Int16Array(0)).every(Number.isFinite));
});

test("a model says whether nothing follows; one that is broken or missing is named", async () => {
  const file = join(FOLDER, "average.onnx");
  writeFileSync(file, averagingModel("input_features", [1, BANDS, FRAMES]));
  const context = { ...providerContext(), clock: systemClock };
  const model = new SmartTurn(file, context);
  const pcm = tone(1_000, 2);
  const mel = logMel(pcm);
  const average = mel.reduce((sum, value) => sum + value, 0) / mel.length;
  await model.warmUp();
  assert.ok(Math.abs((await model.probability(pcm)) - 1 / (1 + Math.exp(-average))) < 1e-4);
  await model.close();
  const broken = join(FOLDER, "broken.onnx");
  writeFileSync(broken, "no model");
  const other = new SmartTurn(broken, context);
  await assert.rejects(other.probability(pcm), { code: "turn-end-failed", message: /broken\.onnx/ });
  await other.warmUp();
  assert.equal(context.logged.length, 1);
  await other.close();
  assert.equal(smartTurnFile("", FOLDER), undefined);
  assert.equal(smartTurnFile("smart-turn", FOLDER), undefined);
  assert.equal(smartTurnFile(FOLDER, "data"), file);
  assert.equal(smartTurnFile(broken, "data"), broken);
});

test("where the words do not tell, the sound does, until the voice goes on", async () => {
  const asked: number[] = [];
  const answers = [0.9, 0.2, Number.NaN];
  const errors: unknown[] = [];
  const turnEnd = {
    warmUp: async () => {},
    probability: async (pcm: Int16Array) => {
      asked.push(pcm.length);
      const answer = answers.shift() as number;
      if (Number.isNaN(answer)) throw new Error("no");
      return answer;
    },
    close: async () => {},
  };
  const watch = new TurnWatch(turnEnd, (error) => errors.push(error));
  const frame = new Int16Array(960);
  const outlooks = async (words: Outlook, ...silences: number[]) => {
    const given: Outlook[] = [];
    for (const silenceMs of silences) {
      watch.add(frame);
      given.push(watch.outlookOf(words, silenceMs));
      await undefined;
    }
    return given;
  };
  watch.begin([frame, frame]);
  assert.deepEqual(await outlooks("unfinished", 0, 200), ["unfinished", "unfinished"], "the words tell");
  assert.deepEqual(await outlooks("unknown", 60, 120, 180, 240), ["unknown", "unknown", "unknown", "complete"]);
  assert.deepEqual(await outlooks("unknown", 0, 60, 240, 300), ["unknown", "unknown", "unknown", "unfinished"]);
  assert.deepEqual(asked, [7 * 960, 11 * 960]);
  watch.begin([frame]);
  assert.deepEqual(await outlooks("unknown", 0, 240, 300), ["unknown", "unknown", "unknown"]);
  await undefined;
  assert.equal(errors.length, 1);
});

test("whoever sounds finished is answered sooner, whoever does not is waited for", async () => {
  const answeredAt = async (probability: number | undefined) => {
    const turnEnd = { warmUp: async () => {}, probability: async () => probability ?? 0, close: async () => {} };
    const world = createWorld({
      heard: ["hello"],
      wrap: (own) => (probability === undefined ? own : { ...own, turnEnd }),
    });
    const device = await world.connect();
    device.listen("start", "auto");
    const began = world.clock.now();
    device.talk(1_200, 1_800);
    await world.clock.advance(6_000);
    await world.server.stop();
    const heard = device.received.find(({ message }) => message?.["type"] === "stt");
    return (heard?.at ?? Number.NaN) - began - 1_200;
  };
  const [finished, silence, unfinished] = [await answeredAt(0.9), await answeredAt(undefined), await answeredAt(0.1)];
  assert.ok(finished <= silence - 120 && unfinished > silence + 200, `${finished}, ${silence}, ${unfinished} ms`);
});
