import { createEncoder } from "../../../host-server/audio/opus.ts";
import type { SpokenPhrase } from "../world/spoken-phrases.ts";

const RATE = 16_000;
const FRAME_SAMPLES = (RATE * 60) / 1000;

/** A phrase as a device sends it: packets of 60 ms. */
export interface PhrasePackets {
  readonly words: string;
  readonly packets: readonly Uint8Array[];
}

/** Encodes all phrases once, and what a microphone gives when nobody speaks. */
export function encodePhrases(phrases: readonly SpokenPhrase[]): {
  readonly phrases: readonly PhrasePackets[];
  readonly silence: Uint8Array;
} {
  const encode = (pcm: Int16Array) => {
    const encoder = createEncoder({ sampleRate: RATE, complexity: 0 });
    const packets: Uint8Array[] = [];
    for (let at = 0; at < pcm.length; at += FRAME_SAMPLES) {
      const frame = new Int16Array(FRAME_SAMPLES);
      frame.set(pcm.subarray(at, at + FRAME_SAMPLES));
      packets.push(Uint8Array.from(encoder.encode(frame)));
    }
    encoder.close();
    return packets;
  };
  const silence = encode(new Int16Array(FRAME_SAMPLES * 3)).at(-1) as Uint8Array;
  return { phrases: phrases.map(({ words, pcm }) => ({ words, packets: encode(pcm) })), silence };
}
