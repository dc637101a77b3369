/** What the chip reports: words, or for "voice" whether somebody speaks. */
type Ear = (what: "wake" | "prompt" | "voice", said: string | boolean) => void;

/** The recogniser beside a device's processor: reports what a person (or a test) says, while the device wants to know. */
export class WakeWordChip {
  #ear: Ear | undefined;
  #isListening = false;

  /** Whether the device waits for its wake word now. */
  get isListening(): boolean {
    return this.#isListening;
  }

  /** For the twin: the device has such a chip, and this is who gets its reports. */
  connect(ear: Ear): void {
    this.#ear = ear;
  }

  disconnect(): void {
    this.#ear = undefined;
    this.#isListening = false;
  }

  listen(isListening: boolean): void {
    this.#isListening = isListening;
  }

  /**
   * Says the wake word; false when the device does not wait for it now.
   * @throws Error when the device has no such chip
   */
  wake(text: string): boolean {
    const ear = this.#connected();
    if (this.#isListening) ear("wake", text);
    return this.#isListening;
  }

  /**
   * Lets the board speak for its user.
   * @throws Error when the device has no such chip
   */
  prompt(text: string): void {
    this.#connected()("prompt", text);
  }

  /**
   * Somebody begins or ends to speak.
   * @throws Error when the device has no such chip
   */
  speak(isVoice: boolean): void {
    this.#connected()("voice", isVoice);
  }

  #connected(): Ear {
    if (this.#ear) return this.#ear;
    throw new Error("the device has no wake word: its board declares none, or its program has not started");
  }
}
