/** What the chip reports: words, or for "voice" whether somebody speaks. */
type Ear = (what: "wake" | "prompt" | "voice", said: string | boolean) => void;

/** Finds words in sound: what a detector of a real device has in it. */
export interface WakeWordFinder {
  /** What the microphone hears while the device waits for its word: 16-bit mono at 16 kHz, without gaps. */
  hear(pcm: Int16Array): void;
  /** There is a gap: what was heard up to now does not belong to what follows. */
  forget(): void;
}

/**
 * The recogniser beside a device's processor: reports what a person (or a test) says, while the device wants to know. On
 * boards whose detector hears the microphone, a finder can hear it, too.
 */
export class WakeWordChip {
  #ear: Ear | undefined;
  #isListening = false;
  /** Who hears what the device gives its detector; calls {@link wake} when it finds the words. */
  finder: WakeWordFinder | undefined;

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
    if (this.#isListening && !isListening) this.finder?.forget();
    this.#isListening = isListening;
  }

  /** For the twin: what the device gives its detector. */
  hear(pcm: Int16Array): void {
    if (this.#isListening) this.finder?.hear(pcm);
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
