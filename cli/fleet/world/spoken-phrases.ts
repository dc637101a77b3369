import { resample } from "../../../simulator/audio/resample.ts";
import { synthesize } from "../../speech.ts";
import type { Phrase } from "../model/phrases.ts";

/** Hz of what microphones hear. */
export const SPEECH_RATE = 16_000;
/** Silence around each, as between any two people's words. */
const PAUSE_SAMPLES = SPEECH_RATE / 10;

/** A phrase with its sound. */
export interface SpokenPhrase extends Phrase {
  /** 16 kHz mono. */
  readonly pcm: Int16Array;
}

/** Says all phrases once; what devices hear afterwards are the same samples. */
export async function speakPhrases(phrases: readonly Phrase[]): Promise<SpokenPhrase[]> {
  const spoken: SpokenPhrase[] = [];
  for (const phrase of phrases) {
    const { pcm, sampleRate } = await synthesize(phrase.words, "rms");
    const speech = resample(pcm, sampleRate, SPEECH_RATE);
    const padded = new Int16Array(speech.length + PAUSE_SAMPLES);
    padded.set(speech, PAUSE_SAMPLES);
    spoken.push({ ...phrase, pcm: padded });
  }
  return spoken;
}
