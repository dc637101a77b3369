/** Seeing: says something about a picture. One `Vllm` serves the whole server. */
export interface Vllm {
  /** Answers a question about a picture, in words to be spoken. @throws LlmError when the model fails, the signal's reason when aborted */
  explain(picture: Picture, question: string, signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

/** A picture as a file. */
export interface Picture {
  /** `image/jpeg` */
  readonly type: string;
  readonly bytes: Uint8Array;
}
