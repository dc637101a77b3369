import type { Clock } from "../../protocol/clock.ts";
import { SilenceTimer } from "./silence-timer.ts";

/** ms beyond the limit of silence after which a device that sends no sound, or does not leave, is shown the door. */
const GRACE_MS = 60_000;
/** A packet is a sign that the device listens for so many ms. */
const LISTENING_MS = 5_000;

export interface ActivityEvents {
  /** The device listens, and nobody has spoken for a while. */
  readonly onSilence: () => void;
  /** For a minute more nothing has happened at all. */
  readonly onIdle: () => void;
}

/** Whether anything goes on between a device and those around it: voice, speech, text. */
export class Activity {
  readonly #clock: Clock;
  readonly #silence: SilenceTimer;
  readonly #idle: SilenceTimer;
  #packetAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, limitMs: number, { onSilence, onIdle }: ActivityEvents) {
    this.#clock = clock;
    const whenSilent = () => {
      if (clock.now() - this.#packetAt <= LISTENING_MS) onSilence();
    };
    this.#silence = new SilenceTimer(clock, limitMs, whenSilent);
    this.#idle = new SilenceTimer(clock, limitMs + GRACE_MS, onIdle);
  }

  /** Somebody spoke, wrote, or was spoken to. */
  touch(): void {
    this.#silence.touch();
    this.#idle.touch();
  }

  /** A packet of sound has come, whatever is in it. */
  packet(): void {
    this.#packetAt = this.#clock.now();
  }

  stop(): void {
    this.#silence.stop();
    this.#idle.stop();
  }
}
