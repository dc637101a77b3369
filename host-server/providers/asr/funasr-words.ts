/** Marks of SenseVoice: language, emotion, event. */
const MARKS = /<\|[^|]*\|>/g;

/**
 * Joins the messages of a FunASR server: pieces while one speaks (`2pass-online`, `online`), and whole stretches corrected
 * after each pause (`2pass-offline`, `offline`), which take the place of the pieces before.
 */
export class FunAsrWords {
  #corrected = "";
  #pieces = "";
  #isCorrected = false;

  /** The words so far. */
  get text(): string {
    return (this.#corrected + this.#pieces).replace(MARKS, "").trim();
  }

  /** Whether the last message corrected all that was said before. */
  get isCorrected(): boolean {
    return this.#isCorrected;
  }

  /** Takes a message; gives whether the server says that it is the last. What is no result is passed over. */
  take(message: unknown): boolean {
    const { mode, text, is_final } = (message ?? {}) as { mode?: unknown; text?: unknown; is_final?: unknown };
    if (typeof text !== "string") return false;
    const isWhole = typeof mode === "string" && mode.endsWith("offline");
    if (isWhole) {
      this.#corrected += text;
      this.#pieces = "";
    } else this.#pieces += text;
    this.#isCorrected = isWhole;
    // One server says `is_final` while one speaks; of a recording there is one result.
    return mode === "offline" || is_final === true;
  }
}
