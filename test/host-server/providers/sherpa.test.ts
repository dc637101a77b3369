import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeWav } from "../../../host-server/audio/wav.ts";
import { systemClock } from "../../../host-server/clock.ts";
import { StageError } from "../../../host-server/errors.ts";
import { sherpa as asrProvider } from "../../../host-server/providers/asr/sherpa.ts";
import type { LoadJob } from "../../../host-server/providers/sherpa/engine.ts";
import { openModel } from "../../../host-server/providers/sherpa/model-folder.ts";
import { recogniserSpec } from "../../../host-server/providers/sherpa/recogniser-spec.ts";
import { TriedModel } from "../../../host-server/providers/sherpa/tried-model.ts";
import { voiceSpec } from "../../../host-server/providers/sherpa/voice-spec.ts";
import { sherpa as ttsProvider } from "../../../host-server/providers/tts/sherpa.ts";
import { ten as tenVad } from "../../../host-server/providers/vad/ten.ts";
import { voiceprintSettings } from "../../../host-server/providers/voiceprint/settings.ts";
import { SherpaVoiceprint } from "../../../host-server/providers/voiceprint/sherpa.ts";
import { collect } from "../fixtures/collect.ts";
import { providerContext } from "../fixtures/provider-context.ts";

const SIGNAL = new AbortController().signal;
const FOLDER = mkdtempSync(join(tmpdir(), "sherpa-"));
after(() => rmSync(FOLDER, { recursive: true }));

/** Plays the package: recognises the number of samples, speaks a sample for each character. */
const ENGINE = `
class Stream { samples = 0; acceptWaveform({ samples }) { this.samples += samples.length; this.first = samples[0]; } inputFinished() { this.isFinished = true; } }
class Online {
  constructor(config) { if (config.modelConfig.tokens.includes("broken")) throw new Error("Please check your config!"); }
  createStream() { return new Stream(); }
  isReady(stream) { return stream.samples - (stream.read ?? 0) > 0; }
  decode(stream) { stream.read = stream.samples; }
  getResult(stream) { return { text: (stream.isFinished ? " END " : "SO FAR ") + stream.read }; }
}
class Offline extends Online { isReady() { throw new Error("not streaming"); } getResult(stream) { return { text: "Whole " + stream.read }; } }
class OfflineTts {
  constructor(config) { this.config = config; }
  generate({ text, sid, speed }) { return { samples: new Float32Array(text.length).fill(0.5), sampleRate: 22050 + sid }; }
}
class SpeakerEmbeddingExtractor {
  createStream() { return new Stream(); }
  isReady({ samples }) { return samples > 100; }
  compute({ first }) { return Float32Array.of(first, 0.5 - first); }
}
let detectors = 0;
class Vad {
  constructor() { if (++detectors > 1) throw new Error("one is enough"); this.segments = []; }
  acceptWaveform([first]) { if (this.isVoice && first === 0) this.segments.push({}); this.isVoice = first !== 0; }
  isDetected() { return this.isVoice; }
  isEmpty() { return true; }
  pop() { this.segments.pop(); }
  clear() { this.segments = []; }
  reset() { this.isVoice = false; }
}
module.exports = { OnlineRecognizer: Online, OfflineRecognizer: Offline, OfflineTts, SpeakerEmbeddingExtractor, Vad };
`;

function modelFolder(name: string, files: Record<string, string>): string {
  const path = join(FOLDER, "models", name);
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(path, file, ".."), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return name;
}

function installEngine(): void {
  const path = join(FOLDER, "engines", "node_modules", "sherpa-onnx-node");
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "package.json"), '{ "name": "sherpa-onnx-node", "main": "index.js" }');
  writeFileSync(join(path, "index.js"), ENGINE);
}

const context = () => ({ ...providerContext(), clock: systemClock, dataDirectory: FOLDER });
const SPEC = { language: "zh", threads: 1 };

test("a recogniser is known by its files, and by what they say of themselves", () => {
  const cases: readonly [name: string, files: Record<string, string>, kind: string, isStreaming: boolean][] = [
    [
      "zh-en",
      { "encoder.int8.onnx": "…decode_chunk_len…", "encoder.onnx": "", "decoder.onnx": "", "joiner.onnx": "" },
      "transducer",
      true,
    ],
    ["zipformer", { "encoder.onnx": "", "decoder.onnx": "", "joiner.onnx": "" }, "transducer", false],
    ["paraformer-streaming", { "encoder.onnx": "", "decoder.onnx": "" }, "paraformer", true],
    ["whisper", { "tiny-encoder.onnx": "", "tiny-decoder.onnx": "" }, "whisper", false],
    ["sensevoice", { "model.int8.onnx": "" }, "senseVoice", false],
    ["anything", { "model.onnx": "… sense_voice_ctc" }, "senseVoice", false],
    ["paraformer-zh-small", { "model.int8.onnx": "" }, "paraformer", false],
  ];
  for (const [name, files, kind, isStreaming] of cases) {
    const folder = openModel(modelFolder(name, { "tokens.txt": "", ...files }), FOLDER);
    const spec = recogniserSpec(folder, SPEC);
    assert.equal(spec.isStreaming, isStreaming, name);
    const { modelConfig } = spec.config as { modelConfig: Record<string, unknown> };
    assert.ok(kind in modelConfig, `${name}: ${Object.keys(modelConfig)}`);
    assert.equal(modelConfig["tokens"], join(folder.path, "tokens.txt"));
  }
  const chosen = recogniserSpec(openModel("zh-en", FOLDER), SPEC).config as {
    modelConfig: { transducer: { encoder: string } };
  };
  assert.match(chosen.modelConfig.transducer.encoder, /int8/);
});

test("a voice is known by its files", () => {
  const cases: readonly [name: string, files: Record<string, string>, kind: string, members: object][] = [
    ["piper", { "de.onnx": "", "espeak-ng-data/x": "" }, "vits", { dataDir: "espeak-ng-data" }],
    [
      "melo",
      { "model.onnx": "", "lexicon.txt": "", "dict/x": "" },
      "vits",
      { lexicon: "lexicon.txt", dictDir: "dict" },
    ],
    [
      "matcha",
      { "model-steps-3.onnx": "", "vocos-16khz-univ.onnx": "" },
      "matcha",
      { acousticModel: "model-steps-3.onnx" },
    ],
    ["kokoro", { "model.int8.onnx": "", "model.onnx": "", "voices.bin": "" }, "kokoro", { model: "model.int8.onnx" }],
  ];
  for (const [name, files, kind, members] of cases) {
    const folder = openModel(modelFolder(name, { "tokens.txt": "", "number.fst": "", ...files }), FOLDER);
    const config = voiceSpec(folder, 2) as { model: Record<string, Record<string, string>>; ruleFsts: string };
    for (const [member, file] of Object.entries(members)) {
      assert.equal(config.model[kind]?.[member], join(folder.path, String(file)), name);
    }
    assert.equal(config.ruleFsts, join(folder.path, "number.fst"));
  }
});

test("what is missing is named, with what brings it", async () => {
  const create = (model: string, dataDirectory = FOLDER) =>
    asrProvider.create(asrProvider.settings.parse({ model }), { ...context(), dataDirectory });
  const empty = join(FOLDER, "empty");
  await assert.rejects(async () => create("zh-en", empty).warmUp?.(), {
    code: "asr-engine-missing",
    message: /sherpa-onnx-node is not installed; `npm run xiaozhi -- models add/,
  });
  installEngine();
  await assert.rejects(async () => create("no-such").warmUp?.(), { code: "asr-model-missing" });
  modelFolder("incomplete", { "model.onnx": "sense_voice" });
  await assert.rejects(async () => create("incomplete").warmUp?.(), {
    code: "asr-model-incomplete",
    message: /tokens/,
  });
  modelFolder("unknown", { "model.onnx": "", "tokens.txt": "" });
  await assert.rejects(async () => create("unknown").warmUp?.(), { code: "asr-model-unknown" });
});

test("an utterance is followed by a streaming model, and heard at its end by another", async () => {
  installEngine();
  modelFolder("broken", { "model.onnx": "sense_voice", "tokens.txt": "" });
  modelFolder("follower", {
    "encoder.onnx": "decode_chunk_len",
    "decoder.onnx": "",
    "joiner.onnx": "",
    "tokens.txt": "",
  });
  modelFolder("listener", { "model.onnx": "sense_voice", "tokens.txt": "" });
  const hear = async (model: string) => {
    const asr = asrProvider.create(asrProvider.settings.parse({ model }), context());
    const frames = async function* () {
      yield new Int16Array(960);
      yield new Int16Array(960);
    };
    try {
      await asr.warmUp?.();
      return await collect(asr.transcribe(frames(), { tools: [] }, SIGNAL));
    } finally {
      await asr.close();
    }
  };
  assert.deepEqual(await hear("follower"), [
    { text: "so far 960", final: false },
    { text: "so far 1920", final: false },
    { text: "end 9920", final: true },
  ]);
  assert.deepEqual(await hear("listener"), [{ text: "Whole 1920", final: true }]);
  await assert.rejects(hear("broken"), { name: "AsrError", code: "asr-model-broken", message: /check your config/ });
});

test("a sentence is spoken in a worker, at the model's rate", async () => {
  installEngine();
  modelFolder("voice", { "model.onnx": "", "tokens.txt": "" });
  const tts = ttsProvider.create(ttsProvider.settings.parse({ model: "voice", speaker: 1 }), context());
  try {
    await tts.warmUp?.();
    const speech = await collect(tts.speak("你好世界", SIGNAL));
    assert.deepEqual(speech, [{ pcm: Int16Array.of(16_383, 16_383, 16_383, 16_383), sampleRate: 22_051 }]);
    const abort = new AbortController();
    const aborted = collect(tts.speak("你好", abort.signal));
    abort.abort();
    assert.deepEqual(await aborted, []);
  } finally {
    await tts.close();
  }
});

test("sessions that begin at the same time wait for one trial; one that failed is made again", async () => {
  let trials = 0;
  installEngine();
  modelFolder("twice", { "model.onnx": "sense_voice", "tokens.txt": "" });
  const engine = join(FOLDER, "engines", "node_modules", "sherpa-onnx-node");
  const model = new TriedModel<LoadJob>(() => {
    trials++;
    if (trials === 1) throw new StageError("model-missing", "model-missing: not yet");
    return { kind: "load-recogniser", engine, spec: recogniserSpec(openModel("twice", FOLDER), SPEC) };
  }, systemClock);
  const first = await Promise.allSettled([model.loadJob(), model.loadJob()]);
  assert.deepEqual([first.map(({ status }) => status), trials], [["rejected", "rejected"], 1]);
  const [one, other] = await Promise.all([model.loadJob(), model.loadJob()]);
  assert.equal(one, other);
  assert.equal(await model.loadJob(), one);
  assert.equal(trials, 2);
});

test("people are known by recordings of their voices", async () => {
  installEngine();
  modelFolder("eres2net", { "3dspeaker.onnx": "" });
  mkdirSync(join(FOLDER, "voiceprints"), { recursive: true });
  const voice = (level: number) => new Int16Array(16_000).fill(level * 32_768);
  for (const [id, level] of [
    ["ann", 0.5],
    ["bob", 0],
  ] as const) {
    const wav = writeWav({ pcm: voice(level), sampleRate: 16_000, channels: 1 });
    writeFileSync(join(FOLDER, "voiceprints", `${id}.wav`), wav);
  }
  const speakers = ["ann,Ann,a poet", "bob,Bob", "eve,Eve,has no recording"];
  const logged = providerContext();
  const own = { ...logged, clock: systemClock, dataDirectory: FOLDER };
  const create = (given: object) => new SherpaVoiceprint(voiceprintSettings.parse({ speakers, ...given }), own);
  const voiceprint = create({ model: "eres2net" });
  await voiceprint.warmUp();
  assert.match(JSON.stringify(logged.logged), /voice is not known.*"speaker":"eve"/);
  const names = await Promise.all([0.45, 0.05].map((level) => voiceprint.identify(voice(level), SIGNAL)));
  assert.deepEqual(names, ["Ann", "Bob"]);
  const strict = create({ model: "eres2net", similarity_threshold: 0.9 });
  assert.equal(await strict.identify(voice(0.25), SIGNAL), undefined);
  await strict.close();
  const eve = writeWav({ pcm: voice(0.25), sampleRate: 16_000, channels: 1 });
  writeFileSync(join(FOLDER, "voiceprints", "eve.wav"), eve);
  // A file system may tell times in steps.
  utimesSync(join(FOLDER, "voiceprints"), 1_000, 1_000);
  assert.equal(await voiceprint.identify(voice(0.25), SIGNAL), "Eve", "a recording that comes later is heard");
  await assert.rejects(voiceprint.identify(new Int16Array(50), SIGNAL), { code: "voiceprint-short" });
  await voiceprint.close();
  const missing = create({ model: "none" });
  await missing.warmUp();
  await assert.rejects(missing.identify(voice(0.5), SIGNAL), { code: "voiceprint-model-missing" });
});

test("TEN VAD: voice or none, and detectors are used again", async () => {
  installEngine();
  modelFolder("ten-vad", { "ten-vad.onnx": "" });
  const vad = tenVad.create(tenVad.settings.parse({}), context());
  await vad.warmUp?.();
  const voice = new Int16Array(480).fill(9_000);
  const answers = async () => {
    const stream = vad.open();
    const given = [voice.map(() => 0), voice, voice.map(() => 0)].map((pcm) => stream.accept(pcm));
    const heard = await Promise.all(given);
    stream.close();
    stream.close();
    return heard;
  };
  assert.deepEqual(await answers(), [0, 1, 0]);
  assert.deepEqual(await answers(), [0, 1, 0], "nothing is left of the stream before");
  await vad.close();
  const missing = tenVad.create(tenVad.settings.parse({ model: "none" }), context());
  await assert.rejects(async () => missing.open().accept(voice), { code: "vad-model-missing" });
  await assert.rejects(async () => missing.warmUp?.(), { code: "vad-model-missing" });
});
