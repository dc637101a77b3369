import { loudness } from "../../host-server/audio/silence-trimmer.ts";

/** Sample units: what is quieter is no voice, in any room. */
const LEAST_LEVEL = 80;
/** A voice is this much louder than the room. */
const MARGIN = 2.5;
/** The room seems to become louder by this much a frame; it is believed to be quieter at once, nearly. */
const RISE = 1.01;
const FALL = 0.3;
const FIRST_ROOM = 60;

/** Tells frames with a voice from those with the room alone, by their loudness. */
export class VoiceStart {
  #room = FIRST_ROOM;

  isVoice(pcm: Int16Array): boolean {
    const level = loudness(pcm);
    this.#room = level < this.#room ? level * FALL + this.#room * (1 - FALL) : this.#room * RISE;
    return level > Math.max(LEAST_LEVEL, this.#room * MARGIN);
  }
}
