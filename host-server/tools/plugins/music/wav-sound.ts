import { readWav, WavError } from "../../../audio/wav.ts";
import type { Speech } from "../../../providers/tts.ts";

type Samples = Pick<Speech, "pcm">["pcm"];

/** Bytes in which the beginning of the sound must lie. */
const MAX_HEADER_BYTES = 256 * 1024;

/**
 * The sound of a WAV file of 16-bit PCM that comes in pieces; of several channels the mean.
 *
 * @throws WavError `wav-format`
 */
export async function* wavSound(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Speech, void, undefined> {
  let head: Uint8Array = new Uint8Array(0);
  let format: { sampleRate: number; channels: number } | undefined;
  let left = Number.POSITIVE_INFINITY;
  for await (const piece of pieces) {
    head = head.byteLength === 0 ? piece : Buffer.concat([head, piece]);
    if (!format) {
      const start = dataStart(head);
      if (start === undefined) continue;
      // An empty sound tells what the header says, and a streaming program may not know its length.
      const { sampleRate, channels } = readWav(head.subarray(0, start));
      format = { sampleRate, channels };
      left = dataBytes(head, start);
      head = head.subarray(start);
    }
    const { channels, sampleRate } = format;
    const whole = Math.min(left, head.byteLength) - (Math.min(left, head.byteLength) % (2 * channels));
    if (whole > 0) yield { pcm: mixed(head.subarray(0, whole), channels), sampleRate };
    left -= whole;
    if (left < 2 * channels) return;
    head = head.subarray(whole);
  }
  if (!format) throw new WavError("wav-format", `WAV file refused: ${head.byteLength} bytes without sound`);
}

/** Where the samples begin; undefined while more bytes are needed. @throws WavError */
function dataStart(bytes: Uint8Array): number | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 12) return undefined;
  for (let at = 12; at + 8 <= bytes.byteLength; ) {
    if (view.toString("latin1", at, at + 4) === "data") return at + 8;
    const size = view.readUInt32LE(at + 4);
    at += 8 + size + (size % 2);
    if (at > MAX_HEADER_BYTES) break;
  }
  if (bytes.byteLength < MAX_HEADER_BYTES && view.toString("latin1", 0, 4) === "RIFF") return undefined;
  throw new WavError("wav-format", "WAV file refused: no sound at its beginning");
}

function dataBytes(bytes: Uint8Array, start: number): number {
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(start - 4, true);
  // What a program writes that did not know how long it would become.
  return size === 0 || size >= 0xffff_0000 ? Number.POSITIVE_INFINITY : size;
}

function mixed(bytes: Uint8Array, channels: number): Samples {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pcm = new Int16Array(bytes.byteLength / 2 / channels);
  for (let at = 0; at < pcm.length; at++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += view.getInt16((at * channels + channel) * 2, true);
    pcm[at] = sum / channels;
  }
  return pcm;
}
