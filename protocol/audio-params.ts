import { frozen } from "./frozen.ts";
import { isObject, type JsonObject } from "./json.ts";

/** How the audio of one direction is coded. */
export interface AudioParams {
  readonly format: "opus";
  /** Hz */
  readonly sample_rate: number;
  readonly channels: number;
  /** ms */
  readonly frame_duration: number;
}

/** What a device sends: 16 kHz mono, 60 ms frames. */
export const UPLINK_AUDIO: AudioParams = frozen({
  format: "opus",
  sample_rate: 16000,
  channels: 1,
  frame_duration: 60,
});

/** What a server sends unless its hello says otherwise: 24 kHz mono, 60 ms frames. */
export const DOWNLINK_AUDIO: AudioParams = frozen({
  format: "opus",
  sample_rate: 24000,
  channels: 1,
  frame_duration: 60,
});

/** Rates at which Opus can be decoded, whatever the encoder used. */
export const OPUS_SAMPLE_RATES: readonly number[] = frozen([8000, 12000, 16000, 24000, 48000]);

/** Frame durations that devices accept, ms. */
export const OPUS_FRAME_DURATIONS: readonly number[] = frozen([5, 10, 20, 40, 60, 80, 100, 120]);

/**
 * Reads `audio_params` of a hello. Peers declare rates loosely, and Opus decodes at any rate, so a missing or
 * unusable member falls back to `fallback` instead of failing the hello.
 */
export function readAudioParams(raw: JsonObject | undefined, fallback: AudioParams): AudioParams {
  if (!isObject(raw)) return fallback;
  const { sample_rate, frame_duration } = raw;
  return {
    format: "opus",
    sample_rate: OPUS_SAMPLE_RATES.includes(sample_rate as number) ? (sample_rate as number) : fallback.sample_rate,
    channels: 1,
    frame_duration: OPUS_FRAME_DURATIONS.includes(frame_duration as number)
      ? (frame_duration as number)
      : fallback.frame_duration,
  };
}
