import { createResampler, type Resampler } from "../audio/resampler.ts";
import { StageError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Tts } from "../providers/tts.ts";
import { FRAME_MS, type Track } from "./pacer.ts";
import { spokenText } from "./text.ts";

/** Hz of what devices hear. */
export const SPEECH_SAMPLE_RATE = 24_000;
const FRAME_SAMPLES = (SPEECH_SAMPLE_RATE / 1000) * FRAME_MS;
/** How often a sentence is tried while the voice says that trying again may help. */
const ATTEMPTS = 2;
/** ms of sound made ahead of what is being played. */
const MAX_AHEAD_MS = 20_000;

/** What speaking needs, and whom it tells. */
export interface SpeakOptions {
  readonly tts: Tts;
  readonly track: Track;
  readonly log: Log;
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
        for (const frame of frames.accept(pcm, sampleRate)) options.track.push(frame);
      }
      break;
    } catch (error) {
      if (signal.aborted) return isHeard;
      options.log.warn({ error, attempt }, "a sentence could not be spoken");
      if (!(error instanceof StageError && error.retryable)) break;
    }
  }
  for (const frame of frames.end()) options.track.push(frame);
  return isHeard;
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
