import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeWav } from "../../host-server/audio/wav.ts";
import { lastAudible } from "../../simulator/audio/level.ts";
import type { Sentence } from "../embedded/sentences.ts";
import { SAMPLE_RATE, type Voice } from "../embedded/voices.ts";

/**
 * Writes a labelled set of the sentences: each whole, and of those with a pause what comes before it, which is unfinished.
 * Gives how many recordings were written.
 */
export async function generateSet(
  folder: string,
  sentences: readonly Sentence[],
  voices: readonly Voice[],
): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const lines: object[] = [];
  for (const { kind, parts } of sentences) {
    if (kind === "nothing" || kind === "hesitation") continue;
    const voice = voices[lines.length % voices.length]!;
    const texts = [{ text: parts.join(" "), label: "complete" }];
    if (parts.length > 1) texts.push({ text: parts[0]!, label: "incomplete" });
    for (const { text, label } of texts) {
      const pcm = await voice.speak(text);
      const audio = `${String(lines.length + 1).padStart(3, "0")}.wav`;
      writeFileSync(join(folder, audio), writeWav({ pcm, sampleRate: SAMPLE_RATE, channels: 1 }));
      const end_ms = Math.round(((lastAudible(pcm) + 1) * 1_000) / SAMPLE_RATE);
      lines.push({ audio, label, end_ms, text, voice: voice.name });
    }
  }
  writeFileSync(join(folder, "manifest.jsonl"), `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`);
  return lines.length;
}
