import type { Clock } from "../../protocol/clock.ts";
import { createResampler, type Resampler } from "../audio/resampler.ts";
import { StageError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Speech, Tts } from "../providers/tts.ts";
import { FRAME_MS, type Track } from "./pacer.ts";
import { spokenText } from "./text.ts";
import { codeOf, type TurnCounters } from "./turn-counters.ts";

/** Hz of what devices hear. */
export const SPEECH_SAMPLE_RATE = 24_000;
const FRAME_SAMPLES = (SPEECH_SAMPLE_RATE / 1000) * FRAME_MS;
/** How often a sentence is tried while the voice says that trying again may help. */
const ATTEMPTS = 2;
/** ms of sound that is resampled in one go. */
const PIECE_MS = 480;
/** ms of sound made ahead of what is being played. */
const MAX_AHEAD_MS = 20_000;

/** What speaking needs, and whom it tells. */
export interface SpeakOptions {
  readonly tts: Tts;
  readonly track: Track;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: TurnCounters;
  /** Called right before the first frame of a sentence is sent. */
  readonly onSentence: (sentence: string) => void;
  /** Called when the first sound of all exists. */
  readonly onSound: () => void;
}

/**
 * Speaks sentences one after the other and resolves when all their sound is on the track. A sentence that cannot be
 * spoken is logged and left out.
 */
export async function speak(
  sentences: AsyncIterable<string>,
  options: SpeakOptions,
  signal: AbortSignal,
): Promise<void> {
  const frames = new Frames();
  try {
    for await (const sentence of sentences) {
      const text = spokenText(sentence);
      if (text === "") continue;
      await options.track.room(MAX_AHEAD_MS);
      if (signal.aborted) return;
      const show = () => options.track.afterFrames(() => options.onSentence(sentence));
      const isHeard = await speakSentence(text, frames, { ...options, onFirstSound: show }, signal);
      // What could not be said can still be read.
      if (!isHeard) show();
      if (signal.aborted) return;
    }
  } finally {
    frames.close();
  }
}

interface SentenceOptions extends SpeakOptions {
  readonly onFirstSound: () => void;
}

/** Gives whether there was any sound. */
async function speakSentence(
  text: string,
  frames: Frames,
  options: SentenceOptions,
  signal: AbortSignal,
): Promise<boolean> {
  let isHeard = false;
  for (let attempt = 1; attempt <= ATTEMPTS && !isHeard; attempt++) {
    try {
      for await (const { pcm, sampleRate } of options.tts.speak(text, signal)) {
        if (signal.aborted) return isHeard;
        if (pcm.length === 0) continue;
        options.onSound();
        if (!isHeard) options.onFirstSound();
        isHeard = true;
        await pushAll({ pcm, sampleRate }, frames, options, signal);
      }
      break;
    } catch (error) {
      if (signal.aborted) return isHeard;
      options.log.warn({ error, attempt }, "a sentence could not be spoken");
      options.counters.failure("tts", codeOf(error));
      if (!(error instanceof StageError && error.retryable)) break;
    }
  }
  for (const frame of frames.end()) options.track.push(frame);
  return isHeard;
}

/** Puts a chunk on the track in pieces, and lets others run in between: a voice may give half a minute at once. */
async function pushAll(
  { pcm, sampleRate }: Speech,
  frames: Frames,
  { track, clock }: SpeakOptions,
  signal: AbortSignal,
) {
  const samples = Math.ceil((sampleRate / 1000) * PIECE_MS);
  for (let at = 0; at < pcm.length; at += samples) {
    if (at > 0) await letOthersRun(clock);
    if (signal.aborted) return;
    for (const frame of frames.accept(pcm.subarray(at, at + samples), sampleRate)) track.push(frame);
  }
}

async function letOthersRun(clock: Clock): Promise<void> {
  // Virtual time must not take this for the end of all work.
  const release = clock.hold();
  await new Promise((resolve) => setImmediate(resolve));
  release();
}

/** Cuts speech of any rate into frames of 60 ms at 24 kHz. */
class Frames {
  #resampler: Resampler | undefined;
  #sampleRate = 0;
  #frame = new Int16Array(FRAME_SAMPLES);
  #filled = 0;

  *accept(pcm: Int16Array, sampleRate: number): Generator<Int16Array, void, undefined> {
    if (sampleRate !== this.#sampleRate) {
      this.#resampler?.close();
      this.#resampler = createResampler(sampleRate, SPEECH_SAMPLE_RATE);
      this.#sampleRate = sampleRate;
    }
    const samples = (this.#resampler as Resampler).process(pcm);
    for (let at = 0; at < samples.length; ) {
      const piece = samples.subarray(at, at + FRAME_SAMPLES - this.#filled);
      this.#frame.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === FRAME_SAMPLES) yield this.#take();
    }
  }

  /** The last frame of a sentence is filled up with silence. */
  *end(): Generator<Int16Array, void, undefined> {
    if (this.#filled > 0) yield this.#take();
  }

  close(): void {
    this.#resampler?.close();
  }

  #take(): Int16Array {
    const frame = this.#frame;
    this.#frame = new Int16Array(FRAME_SAMPLES);
    this.#filled = 0;
    return frame;
  }
}
