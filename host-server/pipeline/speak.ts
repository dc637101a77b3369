import type { Clock } from "../../protocol/clock.ts";
import { StageError, TtsError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Speech, Tts } from "../providers/tts.ts";
import { Queue } from "../queue.ts";
import { limited } from "../time-limit.ts";
import type { Mouth } from "./mouth.ts";
import { Frames } from "./sound/frames.ts";
import { spokenText } from "./text.ts";
import { codeOf, type TurnCounters } from "./turn-counters.ts";

const MAX_SAMPLE_RATE = 192_000;
/** How often a sentence is tried while the voice says that trying again may help. */
const ATTEMPTS = 2;
/** ms of sound that is resampled in one go. */
const PIECE_MS = 480;
/** ms of sound that is taken from a voice ahead of what is being played. */
const KEPT_MS = 2_000;
/** ms of sound made ahead of what is being played. */
const MAX_AHEAD_MS = 20_000;

/** What speaking needs, and whom it tells. */
export interface SpeakOptions {
  readonly tts: Pick<Tts, "speak">;
  readonly mouth: Mouth;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: TurnCounters;
  /** ms that a voice may take for the first sound of a sentence, and for each of the next. */
  readonly timeoutMs: number;
  /** Called when the first sound of all exists. */
  readonly onSound: () => void;
}

/**
 * Speaks sentences one after the other and resolves when all their sound is on its way. The next sentence is made while
 * the present one is still coming. A sentence that cannot be spoken is logged and only shown.
 *
 * @throws what the source of the sentences throws, after what it gave before
 */
export async function speak(
  sentences: AsyncIterable<string>,
  options: SpeakOptions,
  signal: AbortSignal,
): Promise<void> {
  const source = sentences[Symbol.asyncIterator]();
  const frames = new Frames();
  try {
    let reading = await readNext(source, options, signal);
    while (reading && !signal.aborted) {
      // Whoever waits for a first sound must not wait for the second sentence of others.
      const following = reading.hasBegun.then(() => readNext(source, options, signal));
      // Awaited below.
      following.catch(() => {});
      await play(reading, frames, options, signal);
      reading = await following;
    }
  } finally {
    frames.close();
    // A source that hangs is left alone.
    source.return?.().then(undefined, () => {});
  }
}

/** A sentence whose speech is being made. */
interface Reading {
  readonly sentence: string;
  readonly speech: AsyncIterable<Speech>;
  /** Resolves with the first sound, or when there will be none. */
  readonly hasBegun: Promise<void>;
}

async function readNext(
  source: AsyncIterator<string>,
  options: SpeakOptions,
  signal: AbortSignal,
): Promise<Reading | undefined> {
  for (;;) {
    const { value: sentence, done } = await source.next();
    if (done || signal.aborted) return undefined;
    const text = spokenText(sentence);
    if (text === "") continue;
    await options.mouth.room(MAX_AHEAD_MS);
    return signal.aborted ? undefined : read(sentence, text, options, signal);
  }
}

function read(sentence: string, text: string, options: SpeakOptions, signal: AbortSignal): Reading {
  const speech = new Queue<Speech>();
  const begun = Promise.withResolvers<void>();
  const pump = async () => {
    for await (const chunk of voiced(text, options, signal)) {
      speech.push(chunk);
      begun.resolve();
      // What comes over a network waits there: sound takes 48 KB a second here, for each of many.
      await options.mouth.room(KEPT_MS);
    }
  };
  pump()
    .then(
      () => speech.close(),
      (error: unknown) => speech.fail(error),
    )
    .finally(() => begun.resolve());
  return { sentence, speech, hasBegun: begun.promise };
}

/** The speech of a sentence; of one that cannot be spoken, what there was of it. */
async function* voiced(
  text: string,
  options: SpeakOptions,
  signal: AbortSignal,
): AsyncGenerator<Speech, void, undefined> {
  const { tts, clock, log, counters, timeoutMs } = options;
  const error = (ms: number) => new TtsError("tts-timeout", `no speech came for ${ms} ms`);
  for (let attempt = 1; ; attempt++) {
    let isHeard = false;
    try {
      const limit = { clock, ms: timeoutMs, nextMs: timeoutMs, error };
      for await (const chunk of limited((own) => tts.speak(text, own), limit, signal)) {
        if (checked(chunk).pcm.length === 0) continue;
        isHeard = true;
        yield chunk;
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ error, attempt }, "a sentence could not be spoken");
      counters.failure("tts", codeOf(error));
      if (isHeard || attempt === ATTEMPTS || !(error instanceof StageError && error.retryable)) return;
    }
  }
}

/** @throws TtsError `tts-garbled` when this is no speech */
function checked(chunk: Speech): Speech {
  const { pcm, sampleRate } = chunk ?? {};
  if (pcm instanceof Int16Array && Number.isInteger(sampleRate) && sampleRate > 0 && sampleRate <= MAX_SAMPLE_RATE) {
    return chunk;
  }
  throw new TtsError("tts-garbled", `expected 16-bit samples and their rate, got ${typeof pcm} at ${sampleRate}`);
}

async function play(reading: Reading, frames: Frames, options: SpeakOptions, signal: AbortSignal): Promise<void> {
  const { mouth } = options;
  let isHeard = false;
  for await (const chunk of reading.speech) {
    if (signal.aborted) return;
    options.onSound();
    if (!isHeard) mouth.say(reading.sentence);
    isHeard = true;
    await pushAll(chunk, frames, options, signal);
  }
  if (signal.aborted) return;
  for (const frame of frames.end()) mouth.push(frame);
  // What could not be said can still be read.
  if (!isHeard) mouth.say(reading.sentence);
}

/** Puts a chunk on its way in pieces, and lets others run in between: a voice may give half a minute at once. */
async function pushAll(
  { pcm, sampleRate }: Speech,
  frames: Frames,
  { mouth, clock }: SpeakOptions,
  signal: AbortSignal,
) {
  const samples = Math.ceil((sampleRate / 1000) * PIECE_MS);
  for (let at = 0; at < pcm.length; at += samples) {
    if (at > 0) await letOthersRun(clock);
    if (signal.aborted) return;
    for (const frame of frames.accept(pcm.subarray(at, at + samples), sampleRate)) mouth.push(frame);
  }
}

async function letOthersRun(clock: Clock): Promise<void> {
  // Virtual time must not take this for the end of all work.
  const release = clock.hold();
  await new Promise((resolve) => setImmediate(resolve));
  release();
}
