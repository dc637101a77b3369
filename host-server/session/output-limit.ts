import type { Clock } from "../../protocol/clock.ts";

/** Counts how much each device was answered on this day. */
export class OutputLimit {
  readonly #clock: Clock;
  #day = "";
  readonly #characters = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A device was told so many characters. */
  add(deviceId: string, characters: number): void {
    this.#characters.set(deviceId, this.charactersOf(deviceId) + characters);
  }

  /** Characters that a device was told today, by this computer's calendar. */
  charactersOf(deviceId: string): number {
    const day = new Date(this.#clock.now()).toDateString();
    if (day !== this.#day) this.#characters.clear();
    this.#day = day;
    return this.#characters.get(deviceId) ?? 0;
  }
}
