import { Mp3Decoder } from "../../audio/mp3.ts";
import type { Speech } from "../tts.ts";
import { PcmStream } from "./pcm-stream.ts";

/** Bytes that tell what kind of sound it is. */
const START_BYTES = 12;

/**
 * The speech in bytes that stream in: WAV or MP3, which show by their first bytes, else bare samples of 16 bits, mono,
 * little-endian.
 *
 * @param sampleRate Hz of bare samples
 * @throws TtsError `tts-garbled` for anything else
 */
export async function* speechOf(
  bytes: AsyncIterable<Uint8Array>,
  sampleRate: number,
): AsyncGenerator<Speech, void, undefined> {
  let start: Uint8Array = new Uint8Array(0);
  let stream: Sound | undefined;
  try {
    for await (const piece of bytes) {
      start = stream ? piece : joined(start, piece);
      if (!stream && start.length < START_BYTES) continue;
      stream ??= isMp3(start) ? await mp3Sound() : pcmSound(sampleRate);
      const speech = stream.push(start);
      if (speech) yield speech;
    }
    stream ??= pcmSound(sampleRate);
    if (start.length < START_BYTES) stream.push(start);
    stream.end();
  } finally {
    stream?.close();
  }
}

interface Sound {
  push(bytes: Uint8Array): Speech | undefined;
  /** @throws TtsError */
  end(): void;
  close(): void;
}

function pcmSound(sampleRate: number): Sound {
  const stream = new PcmStream(sampleRate);
  return { push: (bytes) => stream.push(bytes), end: () => stream.end(), close: () => {} };
}

async function mp3Sound(): Promise<Sound> {
  const decoder = await Mp3Decoder.open();
  return { push: (bytes) => decoder.decode(bytes), end: () => {}, close: () => decoder.close() };
}

/** Whether it begins with an ID3 tag, or with a frame of MPEG layer 3 whose fields have values that exist. */
function isMp3(bytes: Uint8Array): boolean {
  const [a, b, c] = bytes as unknown as [number, number, number];
  if (a === 0x49 && b === 0x44 && c === 0x33) return true;
  const isFrame = a === 0xff && (b & 0xe6) === 0xe2 && (b & 0x18) !== 0x08;
  return isFrame && (c & 0xf0) !== 0xf0 && (c & 0xf0) !== 0 && (c & 0x0c) !== 0x0c;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
