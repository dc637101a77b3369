import { type Deadlines, type Due, NOWHERE } from "./deadlines.ts";

/** ms beyond the limit of silence after which a device that sends no sound, or does not leave, is shown the door. */
const GRACE_MS = 60_000;
/** A packet is a sign that the device listens for so many ms. */
const LISTENING_MS = 5_000;

export interface ActivityEvents {
  /** The device listens, and nobody has spoken for a while. */
  onSilence(): void;
  /** For a minute more nothing has happened at all. */
  onIdle(): void;
}

/** Whether anything goes on between a device and those around it: voice, speech, text. Being told of it is cheap: no timer is moved. */
export class Activity implements Due {
  readonly #deadlines: Deadlines;
  readonly #limitMs: number;
  readonly #events: ActivityEvents;
  #touchedAt: number;
  #packetAt = Number.NEGATIVE_INFINITY;
  /** It has been silent for the limit: what is next is the end. */
  #isSilent = false;
  dueAt = 0;
  place: number = NOWHERE;

  constructor(deadlines: Deadlines, limitMs: number, events: ActivityEvents) {
    this.#deadlines = deadlines;
    this.#limitMs = limitMs;
    this.#events = events;
    this.#touchedAt = deadlines.clock.now();
    deadlines.set(this, this.#touchedAt + limitMs);
  }

  /** Somebody spoke, wrote, or was spoken to. */
  touch(): void {
    this.#touchedAt = this.#deadlines.clock.now();
    if (!this.#isSilent) return;
    this.#isSilent = false;
    this.#deadlines.set(this, this.#touchedAt + this.#limitMs);
  }

  /** A packet of sound has come, whatever is in it. */
  packet(): void {
    this.#packetAt = this.#deadlines.clock.now();
  }

  stop(): void {
    this.#isSilent = false;
    this.#deadlines.delete(this);
  }

  expire(): void {
    if (this.#isSilent) return this.#events.onIdle();
    const now = this.#deadlines.clock.now();
    const silentAt = this.#touchedAt + this.#limitMs;
    if (silentAt > now) return this.#deadlines.set(this, silentAt);
    this.#isSilent = true;
    this.#deadlines.set(this, silentAt + GRACE_MS);
    if (now - this.#packetAt <= LISTENING_MS) this.#events.onSilence();
  }
}
