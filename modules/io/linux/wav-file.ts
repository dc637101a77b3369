import { File } from "file";

const HEADER_BYTES = 44;

/** Where sizes stand in the header: of all that follows, and of the samples. */
const RIFF_SIZE_AT = 4;
const DATA_SIZE_AT = 40;

/** What a recording needs to be told. */
export interface WavFormat {
  /** Hz */
  readonly sampleRate: number;
  readonly channels: number;
}

function field(value: number, byteLength: 2 | 4): ArrayBuffer {
  const bytes = new ArrayBuffer(byteLength);
  const view = new DataView(bytes);
  if (byteLength === 2) view.setUint16(0, value, true);
  else view.setUint32(0, value, true);
  return bytes;
}

/** A WAV file of 16-bit PCM that grows; it can be read at any time. */
export class WavWriter {
  readonly #file: File;
  #dataBytes = 0;

  /** A file that is there is replaced. */
  constructor(path: string, { sampleRate, channels }: WavFormat) {
    File.delete(path);
    const file = new File(path, true);
    file.write("RIFF", field(HEADER_BYTES - 8, 4), "WAVEfmt ", field(16, 4), field(1, 2), field(channels, 2));
    file.write(field(sampleRate, 4), field(sampleRate * channels * 2, 4), field(channels * 2, 2), field(16, 2));
    file.write("data", field(0, 4));
    this.#file = file;
  }

  append(samples: ArrayBuffer): void {
    this.#file.position = HEADER_BYTES + this.#dataBytes;
    this.#file.write(samples);
    this.#dataBytes += samples.byteLength;
    this.#patch(RIFF_SIZE_AT, HEADER_BYTES - 8 + this.#dataBytes);
    this.#patch(DATA_SIZE_AT, this.#dataBytes);
  }

  close(): void {
    this.#file.close();
  }

  #patch(at: number, value: number): void {
    this.#file.position = at;
    this.#file.write(field(value, 4));
  }
}

/**
 * The samples of a WAV file as bytes.
 *
 * @throws Error when it is absent, or not 16-bit PCM in this format with the usual header of 44 bytes
 */
export function readWav(path: string, { sampleRate, channels }: WavFormat): Uint8Array {
  const file = new File(path);
  const bytes = file.read(ArrayBuffer);
  file.close();
  const view = new DataView(bytes);
  const isSound = bytes.byteLength >= HEADER_BYTES && view.getUint32(36, false) === 0x64617461;
  const rate = isSound ? view.getUint32(24, true) : 0;
  if (!isSound || rate !== sampleRate || view.getUint16(22, true) !== channels || view.getUint16(34, true) !== 16)
    throw new Error(`${path}: expected 16-bit PCM at ${sampleRate} Hz with ${channels} channel(s), got ${rate} Hz`);
  return new Uint8Array(bytes, HEADER_BYTES);
}
