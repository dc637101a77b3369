import type { ToolSpec } from "./llm.ts";

/** Speech recognition. One `Asr` serves the whole server; calls may overlap. */
export interface Asr {
  /** Loads models and workers ahead of the first turn. Idempotent; absent where nothing is loaded. */
  warmUp?(): Promise<void>;
  /** Asks the other end whether it is there and takes the key; absent where there is none. @throws StageError */
  check?(): Promise<void>;
  /**
   * Recognises one utterance. Yields partial texts while frames arrive and exactly one final text after the last frame,
   * which is empty when nothing was understood.
   *
   * @param frames 16 kHz mono, any length each
   * @param context what could be said in this turn
   * @throws AsrError when the recogniser fails; ends quietly, without a final text, when aborted
   */
  transcribe(frames: AsyncIterable<Int16Array>, context: AsrContext, signal: AbortSignal): AsyncIterable<Transcript>;
  close(): Promise<void>;
}

/** What a recogniser may use to expect the right words. */
export interface AsrContext {
  tools: readonly ToolSpec[];
}

/** A recognised text; replaced by the next one until `final`. */
export interface Transcript {
  text: string;
  final: boolean;
  /** With an empty text: somebody did say something, but it fits nothing that the recogniser knows. */
  isUnclear?: boolean;
}
