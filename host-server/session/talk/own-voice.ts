import type { Clock } from "../../../protocol/clock.ts";
import { EchoCanceller } from "../../audio/echo/echo-canceller.ts";
import { createDecoder, type OpusDecoder } from "../../audio/opus.ts";
import { FRAME_MS } from "../../pipeline/frame.ts";

const SAMPLE_RATE = 16_000;

/** The device's own voice in what it hears, for a device that leaves it to the server to take that out. */
export class OwnVoice {
  readonly #clock: Clock;
  readonly #canceller = new EchoCanceller();
  readonly #decoder: OpusDecoder = createDecoder({ sampleRate: SAMPLE_RATE });
  #lastTime = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether what `clean` gives now is free of it. */
  get isOut(): boolean {
    return this.#canceller.isSure;
  }

  /** Takes a packet for the device; gives the time to send with it, which is another one for each. */
  sent(packet: Uint8Array): number {
    this.#lastTime = Math.max(Math.floor(this.#clock.now()), this.#lastTime + FRAME_MS);
    // The wire has 32 bits for it, and 0 means that there is none.
    const timestamp = this.#lastTime >>> 0 || 1;
    this.#canceller.played(timestamp, this.#decoder.decode(packet));
    return timestamp;
  }

  /** A frame of the microphone without it; `timestamp` is that of the packet that was being played, 0 for none. */
  clean(pcm: Int16Array, timestamp: number): Int16Array {
    return this.#canceller.clean(pcm, timestamp);
  }

  close(): void {
    this.#decoder.close();
  }
}
