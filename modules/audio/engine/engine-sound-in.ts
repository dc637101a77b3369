import type { SoundIn, SoundInEvents } from "../sound-in.ts";
import { type Engine, HEARD } from "./engine.ts";

/** The engine's microphone. */
export class EngineSoundIn implements SoundIn {
  readonly #engine: Engine | undefined;
  readonly #events: SoundInEvents;

  constructor(engine: Engine | undefined, events: SoundInEvents) {
    this.#engine = engine;
    this.#events = events;
  }

  start(makesPackets: boolean): void {
    this.#engine?.startInput(makesPackets);
  }

  stop(): void {
    this.#engine?.stopInput();
  }

  /** What the engine told. */
  attend(events: number): void {
    if (!(events & HEARD)) return;
    for (let packet = this.#engine?.takePacket(); packet; packet = this.#engine?.takePacket()) {
      this.#events.onPacket(new Uint8Array(packet));
    }
  }
}
