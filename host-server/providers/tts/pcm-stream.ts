import { TtsError } from "../../errors.ts";
import type { Speech } from "../tts.ts";

const PCM_FORMAT = 1;
const EXTENSIBLE_FORMAT = 0xfffe;
/** A header longer than this is none. */
const MAX_HEADER_BYTES = 4096;

/**
 * Makes speech of bytes while they stream in: samples of 16 bits, mono, little-endian, bare or in a WAV file, which shows by
 * its first bytes. Samples may be cut anywhere.
 */
export class PcmStream {
  readonly #bareRate: number;
  #held: Uint8Array = new Uint8Array(0);
  #rate: number | undefined;
  /** Bytes of samples still to come in a WAV file that says how long it is. */
  #rest = Number.POSITIVE_INFINITY;

  /** @param sampleRate Hz of samples without a header */
  constructor(sampleRate: number) {
    this.#bareRate = sampleRate;
  }

  /** Takes the next bytes; gives the samples that are complete. @throws TtsError `tts-garbled` */
  push(bytes: Uint8Array): Speech | undefined {
    let joined = this.#held.length === 0 ? bytes : concat(this.#held, bytes);
    if (this.#rate === undefined) {
      const start = this.#readStart(joined);
      if (start === undefined) {
        this.#held = joined;
        return undefined;
      }
      joined = joined.subarray(start);
    }
    const wanted = Math.min(joined.length, this.#rest);
    const whole = wanted - (wanted % 2);
    this.#held = joined.subarray(whole, wanted);
    this.#rest -= whole;
    return whole === 0 ? undefined : { pcm: samplesOf(joined.subarray(0, whole)), sampleRate: this.#rate as number };
  }

  /** No more follows. @throws TtsError `tts-garbled` when there was nothing but the beginning of a header */
  end(): void {
    if (this.#rate === undefined && this.#held.length > 0) throw garbled(`${this.#held.length} bytes are no speech`);
  }

  /** Where the samples begin; undefined while that cannot be told. */
  #readStart(bytes: Uint8Array): number | undefined {
    if (bytes.length < 12) return undefined;
    if (tag(bytes, 0) === "RIFF" && tag(bytes, 8) === "WAVE") return this.#readHeader(bytes);
    const kind = compressedKind(bytes);
    if (kind) throw garbled(`it sent ${kind}; see tts.openai.response_format`);
    this.#rate = this.#bareRate;
    return 0;
  }

  #readHeader(bytes: Uint8Array): number | undefined {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let rate: number | undefined;
    for (let at = 12; at + 8 <= bytes.length; ) {
      const [name, size] = [tag(bytes, at), view.getUint32(at + 4, true)];
      if (name === "data") {
        if (rate === undefined) throw garbled("its WAV file has no format");
        this.#rate = rate;
        // Who streams does not know the length, and writes 0 or the largest number.
        if (size > 0 && size < 0x7fffffff) this.#rest = size;
        return at + 8;
      }
      if (name === "fmt ") {
        if (at + 24 > bytes.length) return undefined;
        rate = readFormat(view, at + 8);
      }
      at += 8 + size + (size % 2);
    }
    if (bytes.length > MAX_HEADER_BYTES) throw garbled("its WAV file has no samples");
    return undefined;
  }
}

function readFormat(view: DataView, at: number): number {
  const format = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const sampleRate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  if ((format !== PCM_FORMAT && format !== EXTENSIBLE_FORMAT) || bits !== 16 || channels !== 1) {
    throw garbled(`expected mono of 16 bits, got ${channels} channels of ${bits} bits in format ${format}`);
  }
  return sampleRate;
}

/** What bytes are that are surely no samples. */
function compressedKind(bytes: Uint8Array): string | undefined {
  const start = tag(bytes, 0);
  if (start.startsWith("ID3") || (bytes[0] === 0xff && ((bytes[1] as number) & 0xf6) === 0xf2)) return "MP3";
  if (start === "OggS") return "Ogg";
  if (start === "fLaC") return "FLAC";
  // A brace alone may be the first half of a sample.
  return /^\s*[{<][\s\x20-\x7e]*$/.test(String.fromCharCode(...bytes.subarray(0, 12))) ? "text" : undefined;
}

function samplesOf(bytes: Uint8Array): Int16Array {
  // A view where the machine can have one; it is read once. A Buffer's `slice` would be a view, too.
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes);
  return new Int16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

function tag(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function garbled(reason: string): TtsError {
  return new TtsError("tts-garbled", `the voice cannot be heard: ${reason}`);
}
