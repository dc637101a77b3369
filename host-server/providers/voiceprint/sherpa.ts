import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { joinSamples } from "../../audio/join.ts";
import { createResampler } from "../../audio/resampler.ts";
import { readWav, type Wav } from "../../audio/wav.ts";
import { StageError } from "../../errors.ts";
import { WorkerPool } from "../../workers/worker-pool.ts";
import { stageError } from "../network/socket-failure.ts";
import type { ProviderContext } from "../provider.ts";
import type { LoadJob } from "../sherpa/engine.ts";
import { enginePath, neededFile, openModel } from "../sherpa/model-folder.ts";
import type { SherpaJob, SherpaResult } from "../sherpa/sherpa-worker.ts";
import { TriedModel } from "../sherpa/tried-model.ts";
import type { KnownSpeaker, Voiceprint } from "../voiceprint.ts";
import { knownSpeakers, type VoiceprintSettings } from "./settings.ts";

/** Likeness from which it is the same person. */
const THRESHOLD = 0.6;
const SAMPLE_RATE = 16_000;

/** A voice as numbers. */
interface Learned {
  readonly name: string;
  readonly embedding: Float32Array;
}

/**
 * Voices are compared on this computer, by a model of sherpa-onnx for speakers (3D-Speaker, WeSpeaker, NeMo). Whoever is to be
 * known has a recording, `data/voiceprints/<id>.wav`.
 */
export class SherpaVoiceprint implements Voiceprint {
  readonly #settings: VoiceprintSettings;
  readonly #context: ProviderContext;
  readonly #pool: WorkerPool<SherpaJob, SherpaResult>;
  readonly #model: TriedModel<Extract<LoadJob, { kind: "load-embedder" }>>;
  #learning: Promise<readonly Learned[]> | undefined;
  /** When recordings came or went last, ms since the epoch. */
  #learnedAt = 0;

  constructor(settings: VoiceprintSettings, context: ProviderContext) {
    const { clock, crews, dataDirectory = "data" } = context;
    this.#settings = settings;
    this.#context = context;
    this.#model = new TriedModel(() => {
      const engine = enginePath(dataDirectory);
      const model = neededFile(openModel(settings.model, dataDirectory), /\.onnx$/);
      return { kind: "load-embedder", engine, config: { model, numThreads: 1, provider: "cpu", debug: 0 } };
    }, clock);
    const module = new URL("../sherpa/sherpa-worker.ts", import.meta.url);
    this.#pool = new WorkerPool({ module, size: 1, clock, stage: "voiceprint", crews });
  }

  async warmUp(): Promise<void> {
    try {
      await this.#learned();
    } catch (error) {
      this.#context.log.warn({ reason: (error as Error).message }, "voices are not known yet");
    }
  }

  async identify(pcm: Int16Array, signal: AbortSignal): Promise<string | undefined> {
    const learned = await this.#learned();
    if (learned.length === 0 || signal.aborted) return undefined;
    const heard = await this.#embed(pcm);
    const [best] = learned
      .map(({ name, embedding }) => ({ name, likeness: likenessOf(heard, embedding) }))
      .sort((a, b) => b.likeness - a.likeness);
    const threshold = this.#settings.similarity_threshold ?? THRESHOLD;
    return best && best.likeness >= threshold ? best.name : undefined;
  }

  learn(_id: string, pcm: Int16Array): Promise<Float32Array> {
    return this.#embed(pcm);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  /** The voices of all who have a recording; learned anew after a failure, and when recordings come or go. @throws StageError */
  #learned(): Promise<readonly Learned[]> {
    const changedAt = statSync(this.#folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changedAt !== this.#learnedAt) this.#learning = undefined;
    this.#learnedAt = changedAt;
    if (!this.#learning) {
      this.#learning = this.#learn();
      this.#learning.catch(() => {
        this.#learning = undefined;
      });
    }
    return this.#learning;
  }

  get #folder(): string {
    return join(this.#context.dataDirectory ?? "data", "voiceprints");
  }

  async #learn(): Promise<readonly Learned[]> {
    const learned = await Promise.all(knownSpeakers(this.#settings).map((speaker) => this.#learnOne(speaker)));
    return learned.flat();
  }

  /** Whoever has no recording that can be read is a stranger. */
  async #learnOne({ id, name }: KnownSpeaker): Promise<readonly Learned[]> {
    const file = join(this.#folder, `${id}.wav`);
    let pcm: Int16Array;
    try {
      pcm = spoken(readWav(readFileSync(file)));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#context.log.warn({ speaker: id, file, reason }, "a voice is not known: its recording cannot be read");
      return [];
    }
    return [{ name, embedding: await this.#embed(pcm) }];
  }

  async #embed(pcm: Int16Array): Promise<Float32Array> {
    const { model } = this.#settings;
    try {
      const load = await this.#model.loadJob();
      const { embedding } = await this.#pool.run({ ...load, kind: "embed", pcm });
      if (embedding) return embedding;
    } catch (cause) {
      if (cause instanceof StageError) {
        throw stageError("voiceprint", cause.code, `voiceprint.model: ${cause.message}`, { cause });
      }
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw stageError("voiceprint", "failed", `voiceprint.model: ${model}: ${reason}`, { cause });
    }
    throw stageError("voiceprint", "short", `voiceprint.model: ${pcm.length} samples are too few for ${model}`);
  }
}

/** 16 kHz, one channel. */
function spoken({ pcm, sampleRate, channels }: Wav): Int16Array {
  const mono = channels === 1 ? pcm : pcm.filter((_, at) => at % channels === 0);
  const resampler = createResampler(sampleRate, SAMPLE_RATE);
  const sound = resampler.process(mono).slice();
  resampler.close();
  return joinSamples([sound]);
}

/** Cosine of the angle between two voices. */
function likenessOf(a: Float32Array, b: Float32Array): number {
  let [product, squareA, squareB] = [0, 0, 0];
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? 0;
    product += value * other;
    squareA += value * value;
    squareB += other * other;
  }
  return product / (Math.sqrt(squareA * squareB) || 1);
}
