/** Tells by how somebody sounds whether they have finished. One `TurnEnd` serves the whole server; calls may overlap. */
export interface TurnEnd {
  /** Loads the model ahead of the first turn; what goes wrong is logged, and tried again. Idempotent. */
  warmUp(): Promise<void>;
  /**
   * How likely it is, 0 to 1, that nothing follows.
   *
   * @param pcm 16 kHz mono: what was said so far in this turn, with the silence at its end
   * @throws StageError when it cannot be told
   */
  probability(pcm: Int16Array): Promise<number>;
  close(): Promise<void>;
}
