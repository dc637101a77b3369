import { z } from "zod";
import { StageError, TtsError } from "../../errors.ts";
import { WorkerPool } from "../../workers/worker-pool.ts";
import { defineTts, type ProviderContext } from "../provider.ts";
import type { LoadJob } from "../sherpa/engine.ts";
import { enginePath, openModel } from "../sherpa/model-folder.ts";
import type { SherpaJob, SherpaResult } from "../sherpa/sherpa-worker.ts";
import { TriedModel } from "../sherpa/tried-model.ts";
import { voiceSpec } from "../sherpa/voice-spec.ts";
import type { Speech, Tts } from "../tts.ts";

const settings = z.strictObject({
  model: z.string().min(1).describe("Name of a model in data/models, or the path of its folder."),
  speaker: z.int().min(0).default(0).describe("Number of the speaker, of models that have several."),
  speed: z.number().min(0.25).max(4).default(1).describe("How fast it speaks."),
  threads: z.int().min(1).max(16).default(2).describe("Threads of the processor for one sentence."),
  workers: z.int().min(1).max(8).default(1).describe("Sentences at once, each with the model in memory; others wait."),
});

type Settings = z.output<typeof settings>;

/** A voice on this computer, by a model of sherpa-onnx: VITS (Piper, MeloTTS), Matcha, Kokoro; Chinese and many more. */
export const sherpa = defineTts({
  name: "sherpa",
  settings,
  create: (given, context) => new SherpaTts(given, context),
});

class SherpaTts implements Tts {
  readonly #settings: Settings;
  readonly #pool: WorkerPool<SherpaJob, SherpaResult>;
  readonly #model: TriedModel<Extract<LoadJob, { kind: "load-voice" }>>;

  constructor(given: Settings, { clock, crews, dataDirectory = "data" }: ProviderContext) {
    this.#settings = given;
    this.#model = new TriedModel(() => {
      const engine = enginePath(dataDirectory);
      return { kind: "load-voice", engine, config: voiceSpec(openModel(given.model, dataDirectory), given.threads) };
    }, clock);
    const module = new URL("../sherpa/sherpa-worker.ts", import.meta.url);
    this.#pool = new WorkerPool({ module, size: given.workers, clock, stage: "tts", crews });
  }

  async warmUp(): Promise<void> {
    try {
      await this.#pool.warmUp(await this.#model.loadJob());
    } catch (cause) {
      throw this.#failure(cause);
    }
  }

  async *speak(text: string, signal: AbortSignal): AsyncIterable<Speech> {
    if (signal.aborted) return;
    const { speaker, speed } = this.#settings;
    const lane = await this.#pool.acquire();
    try {
      // Who waited for a sentence that nobody wants any more makes room for the next.
      if (signal.aborted) return;
      const { pcm, sampleRate } = await lane.request({
        ...(await this.#model.loadJob()),
        kind: "speak",
        text,
        speaker,
        speed,
      });
      if (!signal.aborted && pcm && sampleRate) yield { pcm, sampleRate };
    } catch (cause) {
      if (!signal.aborted) throw this.#failure(cause);
    } finally {
      lane.release();
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #failure(cause: unknown): TtsError {
    const { model } = this.#settings;
    if (cause instanceof StageError)
      return new TtsError(`tts-${cause.code}`, `tts.sherpa.model: ${cause.message}`, { cause });
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new TtsError("tts-failed", `tts.sherpa.model: ${model}: ${reason}`, { cause });
  }
}
