/** Hands the lines of the log to those who want to see them; without any it costs nothing. */
export class LogLines {
  readonly #listeners = new Set<(line: string) => void>();

  /** Calls `listener` with every line, as JSON; gives what ends that. */
  listen(listener: (line: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A line was written. */
  tell(line: string): void {
    for (const listener of this.#listeners) listener(line);
  }
}
