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
/** Silence, 120 ms, after which what was said so far is decoded to its end, in case that nothing follows. */
const settlingSamples = 1_920;

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
  const decoding = new Decoding(lane, grammar);
  let partial = nothing;
  for await (const frame of frames) {
    const next = await decoding.feed(trimmer.accept(frame), frame.length);
    if (signal.aborted) return;
    if (next.text !== partial.text || next.isUnclear !== partial.isUnclear) yield transcript(next, false);
    partial = next;
  }
  if (signal.aborted) return;
  await decoding.feed(trimmer.end(), 0);
  const final = await decoding.end();
  if (!signal.aborted) yield transcript(final, true);
}

/** One utterance in a decoder, whose last word is only certain once it is told that there is no more. */
class Decoding {
  readonly #lane: Lane<RecogniserJob, Recognised>;
  readonly #grammar: SpeechGrammar;
  /** All that the decoder has heard. */
  readonly #heard: Int16Array[] = [];
  #state: "idle" | "open" | "ended" = "idle";
  #partial = nothing;
  #final = nothing;
  #silentSamples = 0;

  constructor(lane: Lane<RecogniserJob, Recognised>, grammar: SpeechGrammar) {
    this.#lane = lane;
    this.#grammar = grammar;
  }

  /** Takes the pieces that the next `samples` of sound let through; gives what is recognised so far. */
  async feed(pieces: readonly Int16Array[], samples: number): Promise<Recognised> {
    this.#silentSamples = pieces.length > 0 ? 0 : this.#silentSamples + samples;
    if (pieces.length === 0) return this.#silentSamples < settlingSamples ? this.#partial : await this.#settle();
    this.#heard.push(...pieces);
    // A decoder that has ended begins anew, with all that was said before the pause.
    const pcm = joinSamples(this.#state === "open" ? pieces : this.#heard);
    if (this.#state !== "open") await this.#lane.request({ kind: "begin", grammar: this.#grammar });
    this.#state = "open";
    this.#partial = await this.#lane.request({ kind: "feed", pcm }, [pcm.buffer]);
    return this.#partial;
  }

  /** What is recognised if this is all. */
  async end(): Promise<Recognised> {
    if (this.#state !== "open") return this.#final;
    this.#state = "ended";
    const ended = await this.#lane.request({ kind: "end" });
    // An end is made to be a whole sentence: after "set the volume to" and silence a number is found that nobody said.
    const isPhantom = ended.text.startsWith(`${this.#partial.text} `) && (ended.lastWordSeconds ?? 0) < shortestWord;
    this.#final = isPhantom ? this.#partial : ended;
    return this.#final;
  }

  /** The beginning of a sentence is none of the grammar's, and still what is known while more may come. */
  async #settle(): Promise<Recognised> {
    const final = await this.end();
    return final.text === "" ? this.#partial : final;
  }
}

/** Seconds that a word lasts at the end of what was said, at least; one that the decoder makes up lasts 0.1. */
const shortestWord = 0.15;

const nothing: Recognised = { text: "", isUnclear: false };

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
