const RATE = 16_000;
/** 20 ms. */
const FRAME_SAMPLES = 320;

/** Gives what the microphone hears as frames of 16-bit samples at 16 kHz, each the mean of what it stands for. */
class MicrophoneFrames extends AudioWorkletProcessor {
  #frame = new Int16Array(FRAME_SAMPLES);
  #filled = 0;
  #sum = 0;
  #count = 0;
  /** How much of an output sample has come, 0 to 1. */
  #phase = 0;

  process([input]: readonly (readonly Float32Array[])[]): boolean {
    for (const sample of input?.[0] ?? []) {
      this.#sum += sample;
      this.#count++;
      this.#phase += RATE / sampleRate;
      if (this.#phase >= 1) this.#give();
    }
    return true;
  }

  #give(): void {
    const mean = Math.max(-1, Math.min(1, this.#sum / this.#count));
    // Where the browser's rate is the lower one, a sample stands for several.
    while (this.#phase >= 1) {
      this.#phase -= 1;
      this.#frame[this.#filled++] = mean * 32_767;
      if (this.#filled === FRAME_SAMPLES) this.#send();
    }
    this.#sum = 0;
    this.#count = 0;
  }

  #send(): void {
    this.port.postMessage(this.#frame.buffer, [this.#frame.buffer]);
    this.#frame = new Int16Array(FRAME_SAMPLES);
    this.#filled = 0;
  }
}

registerProcessor("microphone-frames", MicrophoneFrames);
