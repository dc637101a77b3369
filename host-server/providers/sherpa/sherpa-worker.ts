import { serveJobs } from "../../workers/jobs.ts";
import {
  type Embedder,
  type LoadJob,
  loadEmbedder,
  loadRecogniser,
  loadVoice,
  type Recogniser,
  type Stream,
  type Voice,
} from "./engine.ts";
import type { RecogniserSpec } from "./recogniser-spec.ts";

/** What the workers are asked. */
export type SherpaJob =
  | Exclude<LoadJob, { kind: "load-detector" }>
  | { readonly kind: "begin"; readonly engine: string; readonly spec: RecogniserSpec }
  | { readonly kind: "feed"; readonly pcm: Int16Array }
  | { readonly kind: "end" }
  | { readonly kind: "embed"; readonly engine: string; readonly config: object; readonly pcm: Int16Array }
  | {
      readonly kind: "speak";
      readonly engine: string;
      readonly config: object;
      readonly text: string;
      readonly speaker: number;
      readonly speed: number;
    };

/** Words so far, the sound of a sentence, or a voice as numbers. */
export interface SherpaResult {
  readonly text: string;
  readonly pcm?: Int16Array;
  /** Hz. */
  readonly sampleRate?: number;
  /** A voice as numbers; absent when there was too little of it. */
  readonly embedding?: Float32Array;
}

const SAMPLE_RATE = 16_000;
/** Silence behind an utterance, so that streaming models give their last word. */
const TAIL_SAMPLES = 0.5 * SAMPLE_RATE;
const NOTHING: SherpaResult = { text: "" };

/** What was loaded, by what it was made of. */
const loaded = new Map<string, unknown>();
let utterance: { readonly recogniser: Recogniser; readonly stream: Stream; readonly isStreaming: boolean } | undefined;

serveJobs<SherpaJob, SherpaResult>(async (job) => {
  const result = answer(job);
  return { result, transfer: result.pcm ? [result.pcm.buffer as ArrayBuffer] : [] };
});

function answer(job: SherpaJob): SherpaResult {
  switch (job.kind) {
    case "load-recogniser":
      recogniserOf(job.engine, job.spec);
      return NOTHING;
    case "load-voice":
      voiceOf(job.engine, job.config);
      return NOTHING;
    case "load-embedder":
      embedderOf(job.engine, job.config);
      return NOTHING;
    case "embed":
      return embed(embedderOf(job.engine, job.config), job.pcm);
    case "begin": {
      const recogniser = recogniserOf(job.engine, job.spec);
      utterance = { recogniser, stream: recogniser.createStream(), isStreaming: job.spec.isStreaming };
      return NOTHING;
    }
    case "feed":
      return feed(job.pcm);
    case "end":
      return end();
    case "speak": {
      const { text, speaker: sid, speed } = job;
      const voice = voiceOf(job.engine, job.config);
      const { samples, sampleRate } = voice.generate({ text, sid, speed, enableExternalBuffer: false });
      return { text, pcm: toInt16(samples), sampleRate };
    }
  }
}

function embed(embedder: Embedder, pcm: Int16Array): SherpaResult {
  const stream = embedder.createStream();
  stream.acceptWaveform({ samples: toFloat(pcm), sampleRate: SAMPLE_RATE });
  stream.inputFinished?.();
  return embedder.isReady(stream) ? { text: "", embedding: embedder.compute(stream, false) } : NOTHING;
}

function feed(pcm: Int16Array): SherpaResult {
  if (!utterance) return NOTHING;
  const { recogniser, stream, isStreaming } = utterance;
  stream.acceptWaveform({ samples: toFloat(pcm), sampleRate: SAMPLE_RATE });
  if (!isStreaming) return NOTHING;
  while (recogniser.isReady(stream)) recogniser.decode(stream);
  return { text: readable(recogniser.getResult(stream).text) };
}

function end(): SherpaResult {
  if (!utterance) return NOTHING;
  const { recogniser, stream, isStreaming } = utterance;
  utterance = undefined;
  if (isStreaming) {
    stream.acceptWaveform({ samples: new Float32Array(TAIL_SAMPLES), sampleRate: SAMPLE_RATE });
    stream.inputFinished?.();
    while (recogniser.isReady(stream)) recogniser.decode(stream);
  } else recogniser.decode(stream);
  return { text: readable(recogniser.getResult(stream).text) };
}

/** Some models write only capitals. */
function readable(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase().trim() : text.trim();
}

function recogniserOf(path: string, spec: RecogniserSpec): Recogniser {
  return known(spec.config, () => loadRecogniser(path, spec));
}

function voiceOf(path: string, config: object): Voice {
  return known(config, () => loadVoice(path, config));
}

function embedderOf(path: string, config: object): Embedder {
  return known(config, () => loadEmbedder(path, config));
}

function known<T>(config: object, make: () => T): T {
  const key = JSON.stringify(config);
  if (!loaded.has(key)) loaded.set(key, make());
  return loaded.get(key) as T;
}

function toFloat(pcm: Int16Array): Float32Array {
  return Float32Array.from(pcm, (sample) => sample / 32_768);
}

function toInt16(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (sample) => Math.max(-1, Math.min(1, sample)) * 32_767);
}
