import type { Speech } from "../../simulator/conversation.ts";
import { synthesize } from "../speech.ts";
import { readSpeech } from "../speech-file.ts";
import { spelledForVoice } from "./wake-phrase.ts";

/** What somebody says to a device. */
export interface Spoken {
  /** What is said once the device listens. */
  readonly speech: Speech;
  /** What is said before, for it to wake. */
  readonly call?: Speech;
}

/**
 * What `--say` or `--wav` is to be heard as; undefined without both. With `hear` the device must be called: `--say` is
 * spoken after that phrase, and a recording begins with it.
 *
 * @throws Error when there is no such file; WavError when it is not 16-bit PCM; WakePhraseError
 */
export async function spokenFor(options: {
  readonly say: string | undefined;
  readonly wav: string | undefined;
  readonly hear: string | undefined;
}): Promise<Spoken | undefined> {
  const { say, wav, hear } = options;
  if (say !== undefined) {
    const speech = await synthesize(say);
    return hear === undefined ? { speech } : { speech, call: await synthesize(spelledForVoice(hear)) };
  }
  if (wav === undefined) return undefined;
  const recording = readSpeech(wav);
  if (hear === undefined) return { speech: recording };
  return { speech: { pcm: new Int16Array(0), sampleRate: recording.sampleRate }, call: recording };
}
