import { VOICE_RATE, wavOf } from "./wav.ts";

/**
 * Whatever sound the browser can read, as a WAV that the server takes.
 *
 * @throws DOMException when it is no sound
 */
export async function asWav(sound: Blob): Promise<Blob> {
  // A context decodes to its own rate; its length matters only to those that play.
  const context = new OfflineAudioContext(1, 1, VOICE_RATE);
  const decoded = await context.decodeAudioData(await sound.arrayBuffer());
  return new Blob([wavOf(decoded.getChannelData(0), VOICE_RATE)], { type: "audio/wav" });
}
