import { createDecoder, createEncoder, type EncoderTuning, opusKind } from "../../host-server/audio/opus.ts";

const FRAME_MS = 60;
const MEASURED_MS = 1_000;

/** CPU of one frame of 60 ms, µs. */
export interface CodecCost {
  readonly kind: string;
  readonly encode: number;
  /** With the settings for many at once. */
  readonly encodeQuickly: number;
  readonly decode: number;
}

const BEST: EncoderTuning = { complexity: 5, bitRate: 24_000, isMusic: false };
const QUICK: EncoderTuning = { complexity: 3, bitRate: 32_000, isMusic: true };

/** What the codec costs here. @param pcm speech, 16 kHz */
export function measureCodec(pcm: Int16Array): CodecCost {
  const packets: Uint8Array[] = [];
  const encode = encodeCost(pcm, BEST, packets);
  const encodeQuickly = encodeCost(pcm, QUICK, []);
  const decoder = createDecoder({ sampleRate: 16_000 });
  let at = 0;
  const decode = cost(() => decoder.decode(packets[at++ % packets.length] as Uint8Array));
  decoder.close();
  return { kind: opusKind.kind, encode, encodeQuickly, decode };
}

function encodeCost(pcm: Int16Array, tuning: EncoderTuning, packets: Uint8Array[]): number {
  const samples = 16 * FRAME_MS;
  const encoder = createEncoder({ sampleRate: 16_000 });
  encoder.tune(tuning);
  let at = 0;
  const result = cost(() => {
    const frame = pcm.subarray(at, at + samples);
    const packet = encoder.encode(frame);
    if (packets.length < 100) packets.push(Uint8Array.from(packet));
    at = at + 2 * samples > pcm.length ? 0 : at + samples;
  });
  encoder.close();
  return result;
}

/** µs of CPU of one run. */
function cost(run: () => void): number {
  for (let n = 0; n < 100; n++) run();
  const until = performance.now() + MEASURED_MS;
  const before = process.cpuUsage();
  let runs = 0;
  for (; performance.now() < until; runs++) run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / runs;
}
