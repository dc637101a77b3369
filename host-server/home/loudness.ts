import { createDecoder } from "../audio/opus.ts";

const RATE = 16_000;
/** Samples that loudness is taken over, 20 ms: the call is louder than the silence before it. */
const BLOCK = 320;
/** Share of the blocks that count, the loudest ones. */
const LOUD_SHARE = 0.25;

/**
 * How loud a stretch of sound is where it is loudest, in dB below the loudest that there is (0 to about -90); undefined for none, or
 * when it is no Opus.
 */
export function loudnessOf(packets: readonly Uint8Array[]): number | undefined {
  const decoder = createDecoder({ sampleRate: RATE });
  try {
    const blocks = packets.flatMap((packet) => energies(decoder.decode(packet))).sort((a, b) => b - a);
    const loud = blocks.slice(0, Math.ceil(blocks.length * LOUD_SHARE));
    if (loud.length === 0) return undefined;
    const mean = loud.reduce((sum, energy) => sum + energy, 0) / loud.length;
    return 10 * Math.log10(Math.max(mean, 1) / 32_768 ** 2);
  } catch {
    // The session says what is wrong with it.
    return undefined;
  } finally {
    decoder.close();
  }
}

/** Mean square of the samples, block by block. */
function energies(pcm: Int16Array): number[] {
  const found: number[] = [];
  for (let at = 0; at + BLOCK <= pcm.length; at += BLOCK) {
    let sum = 0;
    for (const sample of pcm.subarray(at, at + BLOCK)) sum += sample * sample;
    found.push(sum / BLOCK);
  }
  return found;
}
