import type { FliteVoice } from "../host-server/providers/tts/flite-voice.ts";
import { synthesize as speak } from "../host-server/providers/tts/flite-voice.ts";
import type { Speech } from "../host-server/providers/tts.ts";

/**
 * Speaks an English text without a server: for demonstrations and tests that need someone talking.
 *
 * @returns mono PCM and its rate in Hz; no samples when there is nothing to say
 */
export function synthesize(text: string, voice: FliteVoice = "rms"): Promise<Speech> {
  return speak(text, voice);
}
