import { availableParallelism } from "node:os";
import { z } from "zod";
import { joinSamples } from "../../audio/join.ts";
import { SilenceTrimmer } from "../../audio/silence-trimmer.ts";
import { AsrError } from "../../errors.ts";
import { type CommandGrammar, grammarFor } from "../../intent/grammar.ts";
import { type SpeechGrammar, toJsgf } from "../../intent/jsgf.ts";
import { ahead } from "../../queue.ts";
import { type Lane, WorkerError, WorkerPool } from "../../workers/worker-pool.ts";
import type { Asr, AsrContext, Transcript } from "../asr.ts";
import type { ToolSpec } from "../llm.ts";
import { defineAsr, type ProviderContext } from "../provider.ts";
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

class SoundSwallowerAsr implements Asr {
  readonly #pool: WorkerPool<RecogniserJob, Recognised>;

  constructor(size: number, { clock }: ProviderContext) {
    this.#pool = new WorkerPool({ module: new URL("./soundswallower-worker.ts", import.meta.url), size, clock });
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
  const trimmer = new SilenceTrimmer(leadSamples);
  let hasBegun = false;
  let text = "";
  const feed = async (pieces: readonly Int16Array[]): Promise<string> => {
    if (pieces.length === 0) return text;
    if (!hasBegun) await lane.request({ kind: "begin", grammar });
    hasBegun = true;
    const pcm = joinSamples(pieces);
    return (await lane.request({ kind: "feed", pcm }, [pcm.buffer])).text;
  };
  for await (const frame of frames) {
    const partial = await feed(trimmer.accept(frame));
    if (signal.aborted) return;
    if (partial !== text) yield { text: partial, final: false };
    text = partial;
  }
  if (signal.aborted) return;
  await feed(trimmer.end());
  const final = hasBegun ? await lane.request({ kind: "end" }) : { text: "", isUnclear: false };
  if (!signal.aborted) yield { text: final.text, final: true, ...(final.isUnclear && { isUnclear: true }) };
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
