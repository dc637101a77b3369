import type { Clock } from "../../../protocol/clock.ts";

/** The states of one device, for those who wait for one of them, but not for ever. */
export class DeviceStates {
  readonly #clock: Clock;
  readonly #waiting = new Set<(state: string) => void>();
  /** The last one. */
  now = "off";

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The device has another state. */
  enter(state: string): void {
    this.now = state;
    for (const tell of [...this.#waiting]) tell(state);
  }

  /** The first of these states that it is in; undefined when that takes longer than `ms`. */
  reached(states: readonly string[], ms: number): Promise<string | undefined> {
    if (states.includes(this.now)) return Promise.resolve(this.now);
    return new Promise((resolve) => {
      const end = (state: string | undefined) => {
        this.#waiting.delete(watch);
        cancel();
        resolve(state);
      };
      const watch = (state: string) => {
        if (states.includes(state)) end(state);
      };
      const cancel = this.#clock.schedule(ms, () => end(undefined));
      this.#waiting.add(watch);
    });
  }
}
