import { createResampler, type Resampler } from "../../host-server/audio/resampler.ts";
import { MICROPHONE_RATE } from "../../host-server/browser-device/messages.ts";
import { Microphone } from "../../simulator/audio/microphone.ts";

/** Sound that waits for the device; more is late, and its oldest part is dropped. */
const MAX_WAITING_MS = 300;
/** Sound that is left when some was dropped. */
const LEFT_MS = 100;

/** The microphone of a browser: what came is heard as it comes, and where nothing has come there is silence. */
export class LiveMicrophone extends Microphone {
  #waiting: Int16Array[] = [];
  #count = 0;
  #rate = MICROPHONE_RATE;
  #resampler: Resampler = createResampler(MICROPHONE_RATE, MICROPHONE_RATE);

  /** Samples of {@link MICROPHONE_RATE}. */
  push(pcm: Int16Array): void {
    const converted = this.#resampler.process(pcm);
    this.#waiting.push(converted);
    this.#count += converted.length;
    if (this.#count * 1000 > MAX_WAITING_MS * this.#rate) this.#drop(this.#count - (LEFT_MS * this.#rate) / 1000);
  }

  override take(count: number, sampleRate: number, at: number): Int16Array {
    if (sampleRate !== this.#rate) this.#use(sampleRate);
    const block = super.take(count, sampleRate, at);
    let filled = 0;
    while (filled < count) {
      const first = this.#waiting[0];
      if (!first) break;
      const part = first.subarray(0, count - filled);
      block.set(part, filled);
      filled += part.length;
      this.#drop(part.length);
    }
    return block;
  }

  close(): void {
    this.#resampler.close();
  }

  #use(sampleRate: number): void {
    this.#resampler.close();
    this.#resampler = createResampler(MICROPHONE_RATE, sampleRate);
    this.#rate = sampleRate;
    this.#waiting = [];
    this.#count = 0;
  }

  #drop(samples: number): void {
    let left = Math.ceil(samples);
    while (left > 0) {
      const first = this.#waiting[0];
      if (!first) break;
      if (first.length > left) this.#waiting[0] = first.subarray(left);
      else this.#waiting.shift();
      const dropped = Math.min(first.length, left);
      left -= dropped;
      this.#count -= dropped;
    }
  }
}
