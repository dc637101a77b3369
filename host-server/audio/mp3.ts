import { MPEGDecoder } from "mpg123-decoder";

/** Decodes MP3 as it comes in. */
export class Mp3Decoder {
  readonly #decoder: MPEGDecoder;

  private constructor(decoder: MPEGDecoder) {
    this.#decoder = decoder;
  }

  static async open(): Promise<Mp3Decoder> {
    const decoder = new MPEGDecoder();
    await decoder.ready;
    return new Mp3Decoder(decoder);
  }

  /** Takes the next bytes; gives the samples that are complete, of two channels the mean. 16 KB take a few ms. */
  decode(bytes: Uint8Array): { pcm: Int16Array; sampleRate: number } | undefined {
    const { channelData, samplesDecoded, sampleRate } = this.#decoder.decode(bytes);
    return samplesDecoded > 0 ? { pcm: mixed(channelData, samplesDecoded), sampleRate } : undefined;
  }

  close(): void {
    this.#decoder.free();
  }
}

function mixed(channels: readonly Float32Array[], samples: number): Int16Array {
  const [left, right] = channels as [Float32Array, Float32Array?];
  return Int16Array.from({ length: samples }, (_, at) => {
    const value = right ? ((left[at] as number) + (right[at] as number)) / 2 : (left[at] as number);
    return Math.max(-1, Math.min(1, value)) * 32_767;
  });
}
