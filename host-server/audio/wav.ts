import { AppError } from "../errors.ts";

/** Sound as a WAV file holds it: 16-bit samples, interleaved when there are several channels. */
export interface Wav {
  pcm: Int16Array;
  /** Hz. */
  sampleRate: number;
  channels: number;
}

/** Why a WAV file was refused. */
export class WavError extends AppError {
  override readonly name = "WavError";
}

const headerBytes = 44;
const pcmFormat = 1;
const extensibleFormat = 0xfffe;

/**
 * Reads a WAV file of 16-bit PCM. Unknown chunks are skipped; a data chunk that claims more than the file holds, as
 * programs write it that stream to a pipe, gives what is there.
 *
 * @throws WavError `wav-format` when the bytes are no such file
 */
export function readWav(bytes: Uint8Array): Wav {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (tag(view, 0) !== "RIFF" || tag(view, 8) !== "WAVE") throw refuse(`no RIFF/WAVE header in ${bytes.length} bytes`);
  let format: { sampleRate: number; channels: number } | undefined;
  for (let offset = 12; offset + 8 <= bytes.length; ) {
    const name = tag(view, offset);
    const size = Math.min(view.getUint32(offset + 4, true), bytes.length - offset - 8);
    if (name === "fmt ") format = readFormat(view, offset + 8, size);
    if (name === "data") {
      if (!format) throw refuse("the data chunk comes before the format chunk");
      return { pcm: samples(view, offset + 8, size), ...format };
    }
    // Chunks begin at even offsets.
    offset += 8 + size + (size % 2);
  }
  throw refuse("there is no data chunk");
}

/** Gives the bytes of a WAV file of 16-bit PCM. */
export function writeWav({ pcm, sampleRate, channels }: Wav): Uint8Array {
  const bytes = new Uint8Array(headerBytes + pcm.length * 2);
  const view = new DataView(bytes.buffer);
  const text = (offset: number, value: string) => {
    for (let index = 0; index < value.length; index++) bytes[offset + index] = value.charCodeAt(index);
  };
  text(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, pcmFormat, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, pcm.length * 2, true);
  for (let index = 0; index < pcm.length; index++) view.setInt16(headerBytes + index * 2, pcm[index]!, true);
  return bytes;
}

function readFormat(view: DataView, offset: number, size: number): { sampleRate: number; channels: number } {
  if (size < 16) throw refuse(`the format chunk has ${size} bytes, not 16`);
  const format = view.getUint16(offset, true);
  const channels = view.getUint16(offset + 2, true);
  const sampleRate = view.getUint32(offset + 4, true);
  const bits = view.getUint16(offset + 14, true);
  if ((format !== pcmFormat && format !== extensibleFormat) || bits !== 16) {
    throw refuse(`format ${format} with ${bits} bits per sample is not 16-bit PCM`);
  }
  if (channels === 0 || sampleRate === 0) throw refuse(`${channels} channels at ${sampleRate} Hz`);
  return { sampleRate, channels };
}

function samples(view: DataView, offset: number, size: number): Int16Array {
  const pcm = new Int16Array(size >> 1);
  for (let index = 0; index < pcm.length; index++) pcm[index] = view.getInt16(offset + index * 2, true);
  return pcm;
}

function tag(view: DataView, offset: number): string {
  if (offset + 4 > view.byteLength) return "";
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(offset + index)));
}

function refuse(reason: string): WavError {
  return new WavError("wav-format", `WAV file refused: ${reason}`);
}
