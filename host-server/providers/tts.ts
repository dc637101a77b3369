/** Speech synthesis. One `Tts` serves the whole server; calls may overlap. */
export interface Tts {
  /** Loads voices and workers ahead of the first turn. Idempotent; absent where nothing is loaded. */
  warmUp?(): Promise<void>;
  /** Asks the other end whether it is there and takes the key; absent where there is none. @throws StageError */
  check?(): Promise<void>;
  /**
   * Speaks a text, one chunk or more, in order.
   *
   * @throws TtsError when synthesis fails; ends quietly when aborted
   */
  speak(text: string, signal: AbortSignal): AsyncIterable<Speech>;
  close(): Promise<void>;
}

/** A stretch of speech: mono PCM, which nobody writes to any more, and its rate in Hz. */
export interface Speech {
  pcm: Int16Array;
  sampleRate: number;
}
