import { createDecoder, createEncoder } from "../host-server/audio/opus.ts";

const FRAME_SAMPLES = 960;

/**
 * Microseconds of CPU that the codec of a device takes for a frame each way, with as many codecs in turn as there are
 * devices.
 *
 * @param pcm what they say, 16 kHz
 */
export function codecCost(pcm: Int16Array, count: number): number {
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
  return (user + system) / (frames * count);
}
