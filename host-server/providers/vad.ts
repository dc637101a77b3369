/** Voice activity detection: says how likely each frame holds speech. One `Vad` serves the whole server. */
export interface Vad {
  /** Loads what is needed ahead of the first frame, so that the first turn is as fast as the next. Idempotent; absent where nothing is loaded. */
  warmUp?(): Promise<void>;
  /** Starts an independent stream with its own state; cheap, one per device that is listening. */
  open(): VadStream;
  /** Frees models and workers. Frames still in flight settle first. */
  close(): Promise<void>;
}

/** The detector's view of one microphone. Calls may overlap; they are answered in order. */
export interface VadStream {
  /**
   * Gives the speech probability, 0 to 1, of this frame: the maximum over the analysis windows that it completed.
   * A frame too short to complete a window gives the previous value. What is known at once is no promise.
   *
   * @param pcm 16 kHz mono, any length; only read during the call
   */
  accept(pcm: Int16Array): number | Promise<number>;
  /** Ends the stream and frees its state. */
  close(): void;
}
