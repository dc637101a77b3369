/**
 * libopus as the native addon and the WebAssembly build both offer it: mono codecs as opaque objects. Everything throws
 * errors with a `code`: `opus-argument`, `opus-packet`, `opus-closed` or `opus-failed`.
 */
export interface OpusBinding {
  createEncoder(sampleRate: number, complexity: number, bitRate: number): object;
  createDecoder(sampleRate: number): object;
  tune(encoder: object, complexity: number, bitRate: number, isMusic: boolean): void;
  /** Writes one packet and gives its length in bytes. */
  encode(encoder: object, pcm: Int16Array, packet: Uint8Array): number;
  decode(decoder: object, packet: Uint8Array): Int16Array;
  /** Frees the codec now; one that is merely dropped is freed when collected. */
  close(codec: object): void;
}
