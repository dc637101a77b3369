import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createResampler } from "../../host-server/audio/resampler.ts";
import { readWav } from "../../host-server/audio/wav.ts";
import { synthesize } from "../../host-server/providers/tts/flite-voice.ts";

/** Hz of all sound of the bench. */
export const SAMPLE_RATE = 16_000;

/** Somebody who speaks. */
export interface Voice {
  readonly name: string;
  /** How many of a hundred sentences this voice gets. */
  readonly share: number;
  /** 16 kHz mono. */
  speak(text: string): Promise<Int16Array>;
}

const flite = (name: "slt" | "awb" | "rms" | "kal16", share: number): Voice => ({
  name,
  share,
  speak: async (text) => {
    const { pcm, sampleRate } = await synthesize(text, name);
    return resampled(pcm, sampleRate);
  },
});

const espeak = (language: string, share: number): Voice => ({
  name: `espeak ${language}`,
  share,
  speak: async (text) => {
    const { stdout } = await promisify(execFile)("espeak-ng", ["-v", language, "-s", "150", "--stdout", text], {
      encoding: "buffer",
      maxBuffer: 10_000_000,
    });
    const { pcm, sampleRate } = readWav(withLength(stdout));
    return resampled(pcm, sampleRate);
  },
});

/** The voices of this machine: those of the package, and espeak-ng's where it is installed. `rms` is one that nothing was tuned on. */
export async function findVoices(): Promise<Voice[]> {
  const own = [flite("slt", 28), flite("awb", 26), flite("rms", 18), flite("kal16", 12)];
  const others = [espeak("en-us", 8), espeak("en-gb", 8)];
  try {
    await Promise.all(others.map((voice) => voice.speak("hello")));
    return [...own, ...others];
  } catch {
    // Not installed: the voices of the package speak for it.
    return own;
  }
}

/** A program that writes to a pipe cannot know the length in the head of the file. */
function withLength(wav: Buffer): Uint8Array {
  const at = wav.indexOf("data");
  if (at > 0) wav.writeUInt32LE(wav.length - at - 8, at + 4);
  wav.writeUInt32LE(wav.length - 8, 4);
  return wav;
}

function resampled(pcm: Int16Array, sampleRate: number): Int16Array {
  const resampler = createResampler(sampleRate, SAMPLE_RATE);
  const result = resampler.process(pcm).slice();
  resampler.close();
  return result;
}
