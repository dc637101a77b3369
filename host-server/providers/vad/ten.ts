import { z } from "zod";
import { StageError } from "../../errors.ts";
import { defineVad, type ProviderContext } from "../provider.ts";
import { type Detector, type LoadJob, loadDetector } from "../sherpa/engine.ts";
import { enginePath, neededFile, openModel } from "../sherpa/model-folder.ts";
import { TriedModel } from "../sherpa/tried-model.ts";
import type { Vad, VadStream } from "../vad.ts";
import { OpeningStream } from "./opening-stream.ts";

const SAMPLE_RATE = 16_000;
/** Seconds of sound that a detector keeps: it makes utterances, too, which nobody asks for. */
const BUFFER_SECONDS = 5;

const settings = z.strictObject({
  model: z.string().min(1).default("ten-vad").describe("Name of the model in data/models, or the path of its folder."),
  threshold: z.number().min(0.05).max(0.95).default(0.5).describe("Probability from which it is voice."),
});

type Settings = z.output<typeof settings>;
type DetectorJob = Extract<LoadJob, { kind: "load-detector" }>;

/** Voice detection by the TEN network, which sherpa-onnx runs: voice or none, decided every 16 ms. */
export const ten = defineVad({
  name: "ten",
  settings,
  create: (given, context) => new TenVad(given, context),
});

class TenVad implements Vad {
  readonly #context: ProviderContext;
  readonly #model: TriedModel<DetectorJob>;
  /** Detectors that nobody uses now: to make one costs as much as an hour of silence. */
  #idle: Detector[] = [];

  constructor(given: Settings, context: ProviderContext) {
    this.#context = context;
    this.#model = new TriedModel(() => jobFor(given, context.dataDirectory ?? "data"), context.clock);
  }

  async warmUp(): Promise<void> {
    this.#idle.push(await this.#detector());
  }

  open(): VadStream {
    const opening = this.#detector().then((detector) => new TenStream(detector, () => this.#idle.push(detector)));
    return new OpeningStream(opening, this.#context.clock);
  }

  async close(): Promise<void> {
    this.#idle = [];
  }

  /** @throws StageError */
  async #detector(): Promise<Detector> {
    try {
      const { engine, config } = await this.#model.loadJob();
      return this.#idle.pop() ?? loadDetector(engine, config, BUFFER_SECONDS);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const code = cause instanceof StageError ? `vad-${cause.code}` : "vad-failed";
      throw new StageError(code, `vad.ten.model: ${reason}`, { cause });
    }
  }
}

/** @throws StageError where the engine or the model is missing */
function jobFor({ model, threshold }: Settings, dataDirectory: string): DetectorJob {
  const file = neededFile(openModel(model, dataDirectory), /\.onnx$/);
  // How long voice and silence must last is decided elsewhere.
  const tenVad = { model: file, threshold, minSpeechDuration: 0.02, minSilenceDuration: 0.02, windowSize: 256 };
  const config = { tenVad, sampleRate: SAMPLE_RATE, numThreads: 1, provider: "cpu", debug: 0 };
  return { kind: "load-detector", engine: enginePath(dataDirectory), config };
}

class TenStream implements VadStream {
  readonly #detector: Detector;
  readonly #giveBack: () => void;
  #isClosed = false;

  constructor(detector: Detector, giveBack: () => void) {
    this.#detector = detector;
    this.#giveBack = giveBack;
  }

  accept(pcm: Int16Array): number {
    this.#detector.acceptWaveform(Float32Array.from(pcm, (sample) => sample / 32_768));
    const isVoice = this.#detector.isDetected() || !this.#detector.isEmpty();
    while (!this.#detector.isEmpty()) this.#detector.pop();
    return isVoice ? 1 : 0;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#detector.clear();
    this.#detector.reset();
    this.#giveBack();
  }
}
