import { setImmediate } from "node:timers/promises";
import { OggOpusReader } from "../../../protocol/ogg/ogg-opus.ts";
import { joinSamples } from "../../audio/join.ts";
import { createDecoder } from "../../audio/opus.ts";
import { createResampler } from "../../audio/resampler.ts";
import { readWav } from "../../audio/wav.ts";
import type { MessageAudio } from "../../storage/messages.ts";
import { ConsoleError } from "../errors.ts";

/** Hz of what voices are learned from. */
export const VOICE_RATE = 16_000;
/** s that a voice takes to be known by, and more than is needed. */
const MIN_SECONDS = 1;
const MAX_SECONDS = 30;
/** Of what browsers record with. */
const RATES = { min: 8_000, max: 48_000 };
const MAX_CHANNELS = 2;
/** Bytes of the longest recording, with its head. */
export const MAX_RECORDING_BYTES = MAX_SECONDS * RATES.max * MAX_CHANNELS * 2 + 4_096;
/** Loudness (root mean square of samples) below which nobody speaks. */
const QUIET = 60;
/** Samples that are converted in one go: sound that others wait for is not kept waiting. */
const PIECE = 48_000;

/** Somebody's voice in a WAV file, at 16 kHz. @throws ConsoleError `recording-invalid`, with the reason */
export async function voiceInWav(bytes: Uint8Array): Promise<Int16Array> {
  const { pcm, sampleRate, channels } = wavOf(bytes);
  if (sampleRate < RATES.min || sampleRate > RATES.max || channels > MAX_CHANNELS) {
    throw refuse(`expected ${RATES.min} to ${RATES.max} Hz on one channel or two, got ${sampleRate} Hz on ${channels}`);
  }
  const resampler = createResampler(sampleRate, VOICE_RATE);
  const pieces: Int16Array[] = [];
  for (let at = 0; at < pcm.length; at += PIECE) {
    // A copy: the converter gives the same memory again.
    pieces.push(resampler.process(firstChannel(pcm.subarray(at, at + PIECE), channels)).slice());
    await setImmediate();
  }
  resampler.close();
  return checked(joinSamples(pieces));
}

/** Somebody's voice in the sound that was kept of a message. @throws ConsoleError `recording-invalid` */
export async function voiceInMessage({ type, data }: MessageAudio): Promise<Int16Array> {
  if (type === "audio/wav") return voiceInWav(data);
  const reader = new OggOpusReader();
  const decoder = createDecoder({ sampleRate: VOICE_RATE });
  try {
    reader.push(data);
    const pieces: Int16Array[] = [];
    for (let packet = reader.next(); packet; packet = reader.next()) {
      pieces.push(decoder.decode(packet).slice());
      if (pieces.length % 50 === 0) await setImmediate();
    }
    return checked(joinSamples(pieces).subarray(0, MAX_SECONDS * VOICE_RATE));
  } catch (cause) {
    throw cause instanceof ConsoleError ? cause : refuse(`the sound of the message: ${(cause as Error).message}`);
  } finally {
    decoder.close();
  }
}

function wavOf(bytes: Uint8Array): ReturnType<typeof readWav> {
  try {
    return readWav(bytes);
  } catch (cause) {
    throw refuse((cause as Error).message);
  }
}

function firstChannel(pcm: Int16Array, channels: number): Int16Array {
  return channels === 1 ? pcm : pcm.filter((_, at) => at % channels === 0);
}

function checked(pcm: Int16Array): Int16Array {
  const seconds = pcm.length / VOICE_RATE;
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
    throw refuse(`expected ${MIN_SECONDS} to ${MAX_SECONDS} seconds, got ${seconds.toFixed(1)}`);
  }
  let sum = 0;
  for (const sample of pcm) sum += sample * sample;
  if (Math.sqrt(sum / pcm.length) < QUIET) throw refuse("nobody speaks in it");
  return pcm;
}

function refuse(reason: string): ConsoleError {
  return new ConsoleError(400, "recording-invalid", reason);
}
