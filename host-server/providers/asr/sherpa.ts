import { z } from "zod";
import { joinSamples } from "../../audio/join.ts";
import { AsrError, StageError } from "../../errors.ts";
import { ahead } from "../../queue.ts";
import { type Lane, WorkerPool } from "../../workers/worker-pool.ts";
import type { Asr, AsrContext, Transcript } from "../asr.ts";
import { defineAsr, type ProviderContext } from "../provider.ts";
import type { LoadJob } from "../sherpa/engine.ts";
import { enginePath, openModel } from "../sherpa/model-folder.ts";
import { recogniserSpec } from "../sherpa/recogniser-spec.ts";
import type { SherpaJob, SherpaResult } from "../sherpa/sherpa-worker.ts";
import { TriedModel } from "../sherpa/tried-model.ts";

const settings = z.strictObject({
  model: z.string().min(1).describe("Name of a model in data/models, or the path of its folder."),
  language: z.string().default("").describe("Language of what is said, as zh; found by the model when empty."),
  threads: z.int().min(1).max(16).default(2).describe("Threads of the processor for one recogniser."),
  workers: z.int().min(1).max(8).default(1).describe("Recognisers, each with the model in memory; others wait."),
});

type Settings = z.output<typeof settings>;

/** Dictation on this computer, by any model of sherpa-onnx: Zipformer, SenseVoice, Paraformer, Whisper; Chinese and many more. */
export const sherpa = defineAsr({
  name: "sherpa",
  settings,
  create: (given, context) => new SherpaAsr(given, context),
});

class SherpaAsr implements Asr {
  readonly #settings: Settings;
  readonly #pool: WorkerPool<SherpaJob, SherpaResult>;
  readonly #model: TriedModel<Extract<LoadJob, { kind: "load-recogniser" }>>;

  constructor(given: Settings, { clock, crews, dataDirectory = "data" }: ProviderContext) {
    this.#settings = given;
    this.#model = new TriedModel(() => {
      const engine = enginePath(dataDirectory);
      return { kind: "load-recogniser", engine, spec: recogniserSpec(openModel(given.model, dataDirectory), given) };
    }, clock);
    const module = new URL("../sherpa/sherpa-worker.ts", import.meta.url);
    this.#pool = new WorkerPool({ module, size: given.workers, clock, stage: "asr", crews });
  }

  async warmUp(): Promise<void> {
    try {
      await this.#pool.warmUp(await this.#model.loadJob());
    } catch (cause) {
      throw failure(cause, this.#settings.model);
    }
  }

  async *transcribe(
    frames: AsyncIterable<Int16Array>,
    _context: AsrContext,
    signal: AbortSignal,
  ): AsyncIterable<Transcript> {
    if (signal.aborted) return;
    // Read from the start: while all recognisers are busy the sound waits here.
    const heard = ahead(frames, signal);
    const lane = await this.#pool.acquire();
    try {
      const { engine, spec } = await this.#model.loadJob();
      await lane.request({ kind: "begin", engine, spec });
      yield* spec.isStreaming ? follow(lane, heard, signal) : listen(lane, heard, signal);
    } catch (cause) {
      throw failure(cause, this.#settings.model);
    } finally {
      lane.release();
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

type RecogniserLane = Lane<SherpaJob, SherpaResult>;

/** A model that gives words while one speaks. */
async function* follow(
  lane: RecogniserLane,
  frames: AsyncIterable<Int16Array>,
  signal: AbortSignal,
): AsyncGenerator<Transcript, void, undefined> {
  let partial = "";
  for await (const frame of frames) {
    const { text } = await lane.request({ kind: "feed", pcm: frame });
    if (signal.aborted) return;
    if (text !== partial) yield { text, final: false };
    partial = text;
  }
  if (signal.aborted) return;
  const { text } = await lane.request({ kind: "end" });
  if (!signal.aborted) yield { text, final: true };
}

/** A model that hears an utterance once it has ended. */
async function* listen(
  lane: RecogniserLane,
  frames: AsyncIterable<Int16Array>,
  signal: AbortSignal,
): AsyncGenerator<Transcript, void, undefined> {
  const pieces: Int16Array[] = [];
  for await (const frame of frames) pieces.push(frame);
  if (signal.aborted) return;
  const pcm = joinSamples(pieces);
  if (pcm.length === 0) return yield { text: "", final: true };
  await lane.request({ kind: "feed", pcm }, [pcm.buffer]);
  const { text } = await lane.request({ kind: "end" });
  if (!signal.aborted) yield { text, final: true };
}

function failure(cause: unknown, model: string): AsrError {
  if (cause instanceof StageError)
    return new AsrError(`asr-${cause.code}`, `asr.sherpa.model: ${cause.message}`, { cause });
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AsrError("asr-failed", `asr.sherpa.model: ${model}: ${reason}`, { cause, retryable: true });
}
