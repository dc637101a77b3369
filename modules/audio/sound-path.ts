import type { AudioPart } from "../hardware/audio-part.ts";
import { PlainSoundIn } from "./plain/plain-sound-in.ts";
import { PlainSoundOut } from "./plain/plain-sound-out.ts";
import type { SoundIn, SoundInEvents } from "./sound-in.ts";
import type { SoundOut, SoundOutEvents } from "./sound-out.ts";

/**
 * Microphone and speaker of a platform that has its own: the simulator, Linux. On an ESP32 the manifest puts
 * engine/sound-path.ts in its place.
 */
export class SoundPath {
  readonly #part: AudioPart;

  constructor(part: AudioPart) {
    this.#part = part;
  }

  openInput(events: SoundInEvents): SoundIn {
    return new PlainSoundIn(events);
  }

  openOutput(events: SoundOutEvents): SoundOut {
    return new PlainSoundOut(this.#part.speaker.sampleRate, events);
  }
}
