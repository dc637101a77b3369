import { createDecoder, createEncoder } from "../host-server/audio/opus.ts";

const FRAME_SAMPLES = 960;
const FRAME_MS = 60;

/**
 * Devices of which one core could code the sound and do nothing else: the bound for everything that runs them here.
 *
 * @param pcm what they say, 16 kHz
 */
export function codecBound(pcm: Int16Array, count: number): number {
  const pairs = Array.from({ length: count }, () => ({
    encoder: createEncoder({ sampleRate: 16_000, complexity: 0 }),
    decoder: createDecoder({ sampleRate: 24_000 }),
  }));
  const frames = Math.floor(pcm.length / FRAME_SAMPLES / 10);
  const before = process.cpuUsage();
  for (let frame = 0; frame < frames; frame++) {
    const sound = pcm.subarray(frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES);
    for (const { encoder, decoder } of pairs) decoder.decode(encoder.encode(sound));
  }
  const { user, system } = process.cpuUsage(before);
  for (const { encoder, decoder } of pairs) {
    encoder.close();
    decoder.close();
  }
  return (FRAME_MS * 1000) / ((user + system) / (frames * count));
}
