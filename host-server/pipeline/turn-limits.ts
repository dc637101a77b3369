/** ms that the stages of a turn may take. */
export interface TurnLimits {
  /** For telling whether there is voice in one frame. */
  readonly vadMs: number;
  /** From the end of speech to the words. */
  readonly asrMs: number;
  /** From the question to the first piece of the model's answer. */
  readonly firstTokenMs: number;
  /** From one piece of the answer to the next. */
  readonly nextTokenMs: number;
  /** From a sentence to its first sound, and from one stretch of sound to the next. */
  readonly ttsMs: number;
}
