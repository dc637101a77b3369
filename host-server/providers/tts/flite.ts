import { availableParallelism } from "node:os";
import { z } from "zod";
import type { Clock } from "../../../protocol/clock.ts";
import { TtsError } from "../../errors.ts";
import { WorkerPool } from "../../workers/worker-pool.ts";
import { defineTts, type ProviderContext } from "../provider.ts";
import type { Speech, Tts } from "../tts.ts";
import { fliteVoices, loadFlite } from "./flite-voice.ts";
import type { FliteJob } from "./flite-worker.ts";

const settings = z.strictObject({
  voice: z.enum(fliteVoices).default("slt").describe("Voice: slt is female, rms and awb are male, kal16 is robotic"),
  workers: z.int().min(1).max(16).optional().describe("Threads that speak; default: one per core, two at most"),
});

/** English speech without a network: the Flite synthesiser, compiled to WebAssembly, in worker threads. */
export const flite = defineTts({
  name: "flite",
  settings,
  create: ({ voice, workers }, context) => new FliteTts(voice, workers ?? Math.min(availableParallelism(), 2), context),
});

class FliteTts implements Tts {
  readonly #voice: FliteJob["voice"];
  readonly #clock: Clock;
  readonly #pool: WorkerPool<FliteJob, Speech>;

  constructor(voice: FliteJob["voice"], size: number, { clock, crews }: ProviderContext) {
    this.#voice = voice;
    this.#clock = clock;
    const module = new URL("./flite-worker.ts", import.meta.url);
    this.#pool = new WorkerPool({ module, size, clock, stage: "tts", crews });
  }

  async warmUp(): Promise<void> {
    await this.#pool.warmUp(await this.#job("Ready."));
  }

  async *speak(text: string, signal: AbortSignal): AsyncIterable<Speech> {
    for (const sentence of splitSentences(text)) {
      if (signal.aborted) return;
      const speech = await this.#synthesize(sentence);
      if (signal.aborted) return;
      if (speech.pcm.length > 0) yield speech;
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #job(text: string): Promise<FliteJob> {
    const release = this.#clock.hold();
    try {
      return { text, voice: this.#voice, module: await loadFlite() };
    } finally {
      release();
    }
  }

  async #synthesize(text: string): Promise<Speech> {
    try {
      return await this.#pool.run(await this.#job(text));
    } catch (cause) {
      throw new TtsError("tts-failed", `flite: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
        retryable: true,
      });
    }
  }
}

/** Cuts a text after its sentence marks, so that the first sentence sounds while the next is made. */
function splitSentences(text: string): string[] {
  return text
    .split(/(?<=[.!?;:。！？；：]["')\]]*)\s+|\n+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "");
}
