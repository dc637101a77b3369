import type { SoundIn, SoundInEvents } from "../sound-in.ts";
import { type Engine, HEARD } from "./engine.ts";

/** The engine's microphone. */
export class EngineSoundIn implements SoundIn {
  readonly #engine: Engine | undefined;
  readonly #events: SoundInEvents;
  #isRunning = false;

  constructor(engine: Engine | undefined, events: SoundInEvents) {
    this.#engine = engine;
    this.#events = events;
  }

  start(makesPackets: boolean): void {
    this.#isRunning = true;
    this.#engine?.startInput(makesPackets);
  }

  stop(): void {
    this.#isRunning = false;
    this.#engine?.stopInput();
  }

  /** What the engine told. */
  attend(events: number): void {
    if (!(events & HEARD)) return;
    for (let packet = this.#engine?.takePacket(); packet; packet = this.#engine?.takePacket()) {
      // What was coded before a stop may be found after it.
      if (this.#isRunning) this.#events.onPacket(new Uint8Array(packet));
    }
  }
}
