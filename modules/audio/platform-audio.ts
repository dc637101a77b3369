import { frozen } from "../../protocol/frozen.ts";
import type { AudioPart } from "../hardware/audio-part.ts";

/** The sound of a platform that has its own: the simulator, Linux. */
export const PLATFORM_AUDIO: AudioPart = frozen({
  mode: "platform",
  microphone: { sampleRate: 16000, slots: 1, bits: 16 },
  speaker: { sampleRate: 24000, slots: 1, bits: 16 },
  hasReference: false,
  codecs: [],
});
