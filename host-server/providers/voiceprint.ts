/** Knowing people by their voices. One `Voiceprint` serves all who know the same people; calls may overlap. */
export interface Voiceprint {
  /** Loads models and learns the voices ahead of the first turn; what goes wrong is logged, and tried again. Idempotent. */
  warmUp(): Promise<void>;
  /** Asks the other end whether it is there and takes the key; absent where there is none. @throws StageError */
  check?(): Promise<void>;
  /**
   * The name of whoever speaks; undefined when it is nobody who is known.
   *
   * @param pcm 16 kHz mono: some seconds of one person's speech
   * @throws StageError when it cannot be told
   */
  identify(pcm: Int16Array, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Learns the voice of somebody, in place of what was known of it: gives the numbers that stand for it, none where another server
   * has them. Absent where nothing can be learned.
   *
   * @param id of one of those who are known
   * @param pcm 16 kHz mono: some seconds of nothing but that voice
   * @throws StageError
   */
  learn?(id: string, pcm: Int16Array): Promise<Float32Array>;
  /** Forgets a voice that was learned; absent where the recordings are all that there is. @throws StageError */
  forget?(id: string): Promise<void>;
  close(): Promise<void>;
}

/** Somebody who may speak. */
export interface KnownSpeaker {
  readonly id: string;
  readonly name: string;
  /** What a model is told of them; may be empty. */
  readonly description: string;
}
