import type { Tts } from "../../providers/tts.ts";
import type { Sound } from "../../tools/source.ts";

/** A voice that plays the sound where its title would be spoken. */
export function playing(sound: Sound): Pick<Tts, "speak"> {
  return { speak: (_title, signal) => sound.open(signal) };
}
