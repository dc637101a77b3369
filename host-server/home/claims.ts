/** What becomes of a device that was called: it answers, or another one of its home does. */
export type Verdict = "answer" | "silent";

/** A device that believes it was called. */
export interface Call {
  readonly device: string;
  /** How loud the call was to it, in dB below the loudest that there is; undefined where it sent no sound of it. */
  readonly loudness: number | undefined;
  /** It told of a wake word. Otherwise it merely began to listen: somebody may have pressed its button. */
  readonly isSure: boolean;
  /**
   * Called once with what becomes of it, perhaps before `claim` returns; once more with `silent` when it was to answer, did nothing,
   * and another takes over.
   */
  readonly onVerdict: (verdict: Verdict) => void;
}

/** A call that was put in. */
export interface Claim {
  /** The device that is to answer has shown that it is there. */
  serve(): void;
  /** The device is gone. */
  withdraw(): void;
}

/** Decides who of a home answers. Homes know nothing of each other. */
export interface Claims {
  /** A device of a home has connected. */
  meet(home: string, device: string): void;
  claim(home: string, call: Call): Claim;
}
