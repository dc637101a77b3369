/** Sound that waits before it is played, so that a late packet is not heard. */
const AHEAD_MS = 120;
/** Sound that may wait; of more the oldest is dropped, or the device would be heard later and later. */
const MAX_WAITING_MS = 1500;

interface Sound {
  readonly samples: Float32Array;
  readonly rate: number;
}

/** Plays what comes, at the rate at which it comes. */
class SpeakerQueue extends AudioWorkletProcessor {
  #queue: Sound[] = [];
  #waitingMs = 0;
  /** Where in the first sound, in its samples. */
  #at = 0;
  #isPlaying = false;
  #quiet = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<Sound | "stop">) => {
      if (data === "stop") return this.#clear();
      this.#queue.push(data);
      this.#waitingMs += msOf(data);
      while (this.#waitingMs > MAX_WAITING_MS) this.#next();
    };
  }

  process(_: unknown, [output]: readonly (readonly Float32Array[])[]): boolean {
    const out = output?.[0];
    if (!out) return true;
    // A sound that is shorter than what is waited for is played all the same, a little later.
    this.#quiet = this.#queue.length > 0 ? this.#quiet + (out.length * 1000) / sampleRate : 0;
    if (!this.#isPlaying && (this.#waitingMs >= AHEAD_MS || this.#quiet >= AHEAD_MS)) this.#isPlaying = true;
    if (!this.#isPlaying) return true;
    for (let to = 0; to < out.length; to++) out[to] = this.#sample();
    if (this.#queue.length === 0) this.#isPlaying = false;
    return true;
  }

  #sample(): number {
    const sound = this.#queue[0];
    if (!sound) return 0;
    const from = Math.floor(this.#at);
    const [one, other] = [sound.samples[from] ?? 0, sound.samples[from + 1] ?? this.#queue[1]?.samples[0] ?? 0];
    const value = one + (other - one) * (this.#at - from);
    this.#at += sound.rate / sampleRate;
    if (this.#at >= sound.samples.length) {
      const rest = this.#at - sound.samples.length;
      this.#next();
      this.#at = rest;
    }
    return value;
  }

  #next(): void {
    const sound = this.#queue.shift();
    if (sound) this.#waitingMs -= msOf(sound);
    this.#at = 0;
  }

  #clear(): void {
    this.#queue = [];
    this.#waitingMs = 0;
    this.#at = 0;
  }
}

function msOf({ samples, rate }: Sound): number {
  return (samples.length * 1000) / rate;
}

registerProcessor("speaker-queue", SpeakerQueue);
