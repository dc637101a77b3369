import { availableParallelism } from "node:os";
import { z } from "zod";
import { NoiseReducer } from "../../audio/noise-reducer.ts";
import { SilenceTrimmer } from "../../audio/silence-trimmer.ts";
import { AsrError } from "../../errors.ts";
import { type CommandGrammar, grammarFor } from "../../intent/grammar.ts";
import { type SpeechGrammar, toJsgf } from "../../intent/jsgf.ts";
import { ahead } from "../../queue.ts";
import { type Lane, WorkerError, WorkerPool } from "../../workers/worker-pool.ts";
import type { Asr, AsrContext, Transcript } from "../asr.ts";
import type { ToolSpec } from "../llm.ts";
import { defineAsr, type ProviderContext } from "../provider.ts";
import { Decoding, nothing } from "./decoding.ts";
import { englishPhones } from "./phones.ts";
import type { Recognised } from "./recogniser.ts";
import type { RecogniserJob } from "./soundswallower-worker.ts";

const settings = z.strictObject({
  workers: z.int().min(1).max(16).optional().describe("Decoders, 30 MB each; default: one per core, two at most"),
});

/**
 * Recognises commands in English without a network: the SoundSwallower decoder in worker threads, with a grammar made
 * from the tools that the device has. It takes no dictation; speech outside the grammar gives an empty text.
 */
export const soundswallower = defineAsr({
  name: "soundswallower",
  settings,
  create: ({ workers }, context) => new SoundSwallowerAsr(workers ?? Math.min(availableParallelism(), 2), context),
});

/** Audio that decides where an utterance begins: the pre-roll, which arrives at once. */
const leadSamples = 9_600;
/** Longest piece that is voice or silence as a whole: 60 ms. */
const pieceSamples = 960;

class SoundSwallowerAsr implements Asr {
  readonly #pool: WorkerPool<RecogniserJob, Recognised>;

  constructor(size: number, { clock, crews }: ProviderContext) {
    const module = new URL("./soundswallower-worker.ts", import.meta.url);
    this.#pool = new WorkerPool({ module, size, clock, stage: "asr", crews });
  }

  warmUp(): Promise<void> {
    return this.#pool.warmUp({ kind: "load", grammar: speechGrammar([]) });
  }

  async *transcribe(
    frames: AsyncIterable<Int16Array>,
    { tools }: AsrContext,
    signal: AbortSignal,
  ): AsyncIterable<Transcript> {
    if (signal.aborted) return;
    // Read from the start: while all decoders are busy the audio waits here and is decoded after.
    const heard = ahead(frames, signal);
    const lane = await this.#pool.acquire();
    try {
      yield* decode(lane, heard, speechGrammar(tools), signal);
    } catch (cause) {
      if (cause instanceof WorkerError) {
        throw new AsrError("asr-failed", `soundswallower: ${cause.message}`, { cause, retryable: true });
      }
      throw cause;
    } finally {
      lane.release();
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

async function* decode(
  lane: Lane<RecogniserJob, Recognised>,
  frames: AsyncIterable<Int16Array>,
  grammar: SpeechGrammar,
  signal: AbortSignal,
): AsyncIterable<Transcript> {
  const voice = new VoiceAlone();
  const decoding = new Decoding(lane, grammar);
  let partial = nothing;
  for await (const frame of frames) {
    const next = await decoding.feed(voice.accept(frame), frame.length);
    if (signal.aborted) return;
    if (next.text !== partial.text || next.isUnclear !== partial.isUnclear) yield transcript(next, false);
    partial = next;
  }
  if (signal.aborted) return;
  await decoding.feed(voice.end(), 0);
  const final = await decoding.end();
  if (!signal.aborted) yield transcript(final, true);
}

/** An utterance without the noise of the room and the silence around it. */
class VoiceAlone {
  readonly #reducer = new NoiseReducer(leadSamples);
  readonly #trimmer = new SilenceTrimmer(leadSamples - NoiseReducer.delaySamples);

  /** Takes a frame; gives the pieces to recognise now, oldest first. */
  accept(frame: Int16Array): Int16Array[] {
    return this.#trimmed(this.#reducer.accept(frame));
  }

  /** Gives what is left when no frame follows. */
  end(): Int16Array[] {
    return [...this.#trimmed(this.#reducer.end()), ...this.#trimmer.end()];
  }

  #trimmed(pcm: Int16Array): Int16Array[] {
    const passed: Int16Array[] = [];
    // What waited for the noise to be known comes at once, and would be judged as one.
    for (let at = 0; at < pcm.length; at += pieceSamples) {
      passed.push(...this.#trimmer.accept(pcm.subarray(at, at + pieceSamples)));
    }
    return passed;
  }
}

function transcript({ text, isUnclear }: Recognised, final: boolean): Transcript {
  return { text, final, ...(isUnclear && { isUnclear }) };
}

const speechGrammars = new WeakMap<CommandGrammar, SpeechGrammar>();

/** The speech grammar of these tools, garbage path included; made once per set of tools. */
function speechGrammar(tools: readonly ToolSpec[]): SpeechGrammar {
  const commands = grammarFor(tools);
  const known = speechGrammars.get(commands);
  if (known) return known;
  const grammar = toJsgf(commands.sentences, englishPhones);
  speechGrammars.set(commands, grammar);
  return grammar;
}
