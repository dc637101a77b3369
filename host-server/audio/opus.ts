import { createRequire } from "node:module";
import { AppError } from "../errors.ts";
import type { OpusBinding } from "./opus-binding.ts";
import { loadWasmOpus } from "./opus-wasm.ts";

/**
 * Why an Opus call failed: `opus-argument`, `opus-packet` (not an Opus packet), `opus-closed` (used after close) or
 * `opus-failed`.
 */
export class OpusError extends AppError {
  override readonly name = "OpusError";
}

/** Complexity of an encoder unless another is asked for. */
export const DEFAULT_COMPLEXITY = 5;

/** Turns PCM into Opus packets; one per stream. */
export interface OpusEncoder {
  /**
   * One packet for one frame of 2.5 to 120 ms.
   *
   * @throws OpusError
   */
  encode(pcm: Int16Array): Uint8Array;
  /** Changes how the next frames are encoded. @throws OpusError */
  tune(tuning: EncoderTuning): void;
  /** Frees the encoder; using it afterwards throws `opus-closed`. */
  close(): void;
}

/** Turns the packets of one stream into PCM. */
export interface OpusDecoder {
  /**
   * The samples of one packet, mono, at most 120 ms.
   *
   * @throws OpusError
   */
  decode(packet: Uint8Array): Int16Array;
  /** Frees the decoder; using it afterwards throws `opus-closed`. */
  close(): void;
}

/** What may change from frame to frame. */
export interface EncoderTuning {
  readonly complexity: number;
  /** Bits per second. */
  readonly bitRate: number;
  /** Whether sound is coded as music, which is cheap, or as speech, which needs fewer bits. */
  readonly isMusic: boolean;
}

/** Tuning of an encoder. */
export interface EncoderOptions {
  /** Hz: 8000, 12000, 16000, 24000 or 48000. */
  sampleRate: number;
  /** 0 (fast) to 10 (best). 5 sounds the same for speech and takes a quarter of the time of 10. */
  complexity?: number;
  /** Bits per second. */
  bitRate?: number;
}

/** Opens an encoder; `createEncoder` does. */
export type CreateEncoder = (options: EncoderOptions) => OpusEncoder;

/** Which libopus is in use, for the start-up log. `reason` says why it is not the native one. */
export interface OpusKind {
  kind: "native" | "wasm";
  reason?: string;
}

const { binding, ...kind } = await load();

/** The libopus in use. */
export const opusKind: OpusKind = kind;

async function load(): Promise<OpusKind & { binding: OpusBinding }> {
  try {
    const addon = createRequire(import.meta.url)("../../.build/native/opus.node") as OpusBinding;
    return { kind: "native", binding: addon };
  } catch (error) {
    // Built only where there is a C compiler.
    const reason = error instanceof Error ? (error.message.split("\n")[0] as string) : String(error);
    return { kind: "wasm", reason, binding: await loadWasmOpus() };
  }
}

/** Longest packet that libopus recommends room for. One is enough: encoding is synchronous. */
const packet = new Uint8Array(4_000);

/** Opens an encoder. @throws OpusError `opus-argument` */
export function createEncoder({
  sampleRate,
  complexity = DEFAULT_COMPLEXITY,
  bitRate = 24_000,
}: EncoderOptions): OpusEncoder {
  const encoder = attempt("encoder", () => binding.createEncoder(sampleRate, complexity, bitRate));
  let tuned: EncoderTuning = { complexity, bitRate, isMusic: false };
  return {
    tune: (tuning) => {
      if (isSame(tuning, tuned)) return;
      const { complexity: effort, bitRate: bits, isMusic } = tuning;
      attempt("encoder", () => binding.tune(encoder, effort, bits, isMusic));
      tuned = tuning;
    },
    encode: (pcm) => {
      const bytes = attempt("encoder", () => binding.encode(encoder, pcm, packet));
      // A copy in memory that Node hands out in large pieces, which is collected in large pieces, too.
      return Buffer.from(packet.subarray(0, bytes));
    },
    close: () => binding.close(encoder),
  };
}

/** Opens a decoder for any Opus stream; `sampleRate` (Hz) is that of the samples it gives. @throws OpusError `opus-argument` */
export function createDecoder({ sampleRate }: { sampleRate: number }): OpusDecoder {
  const decoder = attempt("decoder", () => binding.createDecoder(sampleRate));
  return {
    decode: (packet) => attempt("decoder", () => binding.decode(decoder, packet)),
    close: () => binding.close(decoder),
  };
}

function isSame(a: EncoderTuning, b: EncoderTuning): boolean {
  return a.complexity === b.complexity && a.bitRate === b.bitRate && a.isMusic === b.isMusic;
}

function attempt<T>(who: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const { code = "opus-failed", message } = error as Error & { code?: string };
    throw new OpusError(code, `Opus ${who}: ${message}`, { cause: error });
  }
}
