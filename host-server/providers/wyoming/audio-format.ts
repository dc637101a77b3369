import { WyomingError, type WyomingEvent } from "./events.ts";

/** How samples of Wyoming's audio events are to be read. */
export interface AudioFormat {
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
}

/** The format that an event names. @throws WyomingError for anything but samples of 16 bits */
export function audioFormatOf({ data }: WyomingEvent): AudioFormat {
  const { rate, width, channels } = data;
  const isRate = typeof rate === "number" && Number.isInteger(rate) && rate >= 4_000 && rate <= 192_000;
  if (isRate && width === 2 && (channels === 1 || channels === 2)) return { sampleRate: rate, channels };
  const what = JSON.stringify({ rate, width, channels });
  throw new WyomingError("wyoming-garbled", `wyoming-garbled: expected mono or stereo of 16 bits, got ${what}`);
}

/** The samples of an `audio-chunk`, of the first channel. @throws WyomingError */
export function samplesOf({ payload }: WyomingEvent, { channels }: AudioFormat): Int16Array {
  if (payload.length % (2 * channels) !== 0) {
    throw new WyomingError("wyoming-garbled", `wyoming-garbled: ${payload.length} bytes are no whole samples`);
  }
  const samples = new Int16Array(payload.buffer, payload.byteOffset, payload.length / 2);
  return channels === 1 ? samples : samples.filter((_, at) => at % channels === 0);
}

/** What an audio event says of its samples: mono of 16 bits. */
export function monoFormat(sampleRate: number): { rate: number; width: number; channels: number } {
  return { rate: sampleRate, width: 2, channels: 1 };
}

/** The samples as a payload. */
export function payloadOf(pcm: Int16Array): Uint8Array {
  return new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}
