import { readFileSync } from "node:fs";
import { readWav } from "../../audio/wav.ts";
import { SPEECH_SAMPLE_RATE } from "../mouth.ts";
import { Frames } from "./frames.ts";

const NOTES_HZ = [880, 660];
const NOTE_MS = 120;
const LOUDNESS = 6_000;
/** Longer sounds would keep the user waiting. */
const MAX_FRAMES = 50;

/**
 * The tone after an answer, as frames of 60 ms: that of a WAV file, or two short notes without one.
 *
 * @throws WavError, or the error of the file system
 */
export function closingTone(file: string): readonly Int16Array[] {
  const { pcm, sampleRate } = file === "" ? notes() : firstChannel(file);
  const frames = new Frames();
  try {
    return [...frames.accept(pcm, sampleRate), ...frames.end()].slice(0, MAX_FRAMES);
  } finally {
    frames.close();
  }
}

function firstChannel(file: string): { pcm: Int16Array; sampleRate: number } {
  const { pcm, sampleRate, channels } = readWav(readFileSync(file));
  return { pcm: pcm.filter((_, at) => at % channels === 0), sampleRate };
}

function notes(): { pcm: Int16Array; sampleRate: number } {
  const samples = (SPEECH_SAMPLE_RATE / 1000) * NOTE_MS;
  const pcm = new Int16Array(samples * NOTES_HZ.length);
  NOTES_HZ.forEach((hz, note) => {
    for (let at = 0; at < samples; at++) {
      // Swelling and fading keep it from clicking.
      const swell = Math.sin((Math.PI * at) / samples);
      pcm[note * samples + at] = LOUDNESS * swell * Math.sin((2 * Math.PI * hz * at) / SPEECH_SAMPLE_RATE);
    }
  });
  return { pcm, sampleRate: SPEECH_SAMPLE_RATE };
}
