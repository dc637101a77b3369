import { readFileSync } from "node:fs";
import type { Random } from "../../simulator/random.ts";
import { pink } from "../embedded/noise.ts";
import type { Voice } from "../embedded/voices.ts";
import { SAMPLE_RATE } from "../embedded/voices.ts";

/** The sentences that are not meant for a device. */
export function otherSentences(file = new URL("./other-speech.txt", import.meta.url)): string[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

const PAUSE_SECONDS = 0.6;

/** The texts one after the other, each after a pause; 16 kHz mono. */
export async function spoken(voice: Voice, texts: readonly string[]): Promise<Int16Array> {
  const pause = Math.round(PAUSE_SECONDS * SAMPLE_RATE);
  const pieces: number[] = [];
  for (const text of texts) {
    for (let at = 0; at < pause; at++) pieces.push(0);
    for (const sample of await voice.speak(text)) pieces.push(sample);
  }
  for (let at = 0; at < pause; at++) pieces.push(0);
  return Int16Array.from(pieces);
}

/** The same in a room whose noise is `snrDb` quieter than the voice. */
export function inNoise(pcm: Int16Array, snrDb: number, random: Random): Int16Array {
  const voiced = pcm.filter((sample) => Math.abs(sample) > VOICED);
  const power = voiced.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, voiced.length);
  const level = Math.sqrt(power) * 10 ** (-snrDb / 20);
  const noise = pink(random);
  return pcm.map((sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample + level * noise()))));
}

/** Sample units. */
const VOICED = 300;
