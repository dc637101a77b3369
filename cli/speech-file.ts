import { readFileSync } from "node:fs";
import { readWav } from "../host-server/audio/wav.ts";
import type { Speech } from "../simulator/conversation.ts";

/**
 * A recording to play to a device; of several channels the first.
 *
 * @throws Error when there is no such file; WavError when it is not 16-bit PCM
 */
export function readSpeech(file: string): Speech {
  const { pcm, sampleRate, channels } = readWav(readFileSync(file));
  return { pcm: channels === 1 ? pcm : pcm.filter((_, index) => index % channels === 0), sampleRate };
}
