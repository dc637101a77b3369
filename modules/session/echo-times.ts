/** More than so many frames behind, a time says nothing about the echo in what the microphone hears now. */
const MAX_WAITING = 3;

/** Beyond this the oldest is forgotten: nobody takes times while the microphone is off. */
const MAX_KEPT = 40;

/**
 * For a server that cancels echo: which of its frames was being played when a frame of the microphone was recorded. Each
 * frame that goes up takes the time of one that was played.
 */
export class EchoTimes {
  #waiting: number[] = [];

  /** A frame with this time of the server has been given to the speaker. */
  played(timestamp: number): void {
    if (this.#waiting.length >= MAX_KEPT) this.#waiting.shift();
    this.#waiting.push(timestamp);
  }

  /** The time for the next frame up; 0 when there is none, or when it is too old to be right. */
  take(): number {
    const isRight = this.#waiting.length <= MAX_WAITING;
    const timestamp = this.#waiting.shift();
    return isRight && timestamp !== undefined ? timestamp : 0;
  }

  clear(): void {
    this.#waiting = [];
  }
}
