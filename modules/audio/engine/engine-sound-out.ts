import type { PacketCounts, SoundOut, SoundOutEvents } from "../sound-out.ts";
import { DRAINED, type Engine, PLAYED } from "./engine.ts";

/** received, late, concealed, dropped. */
const COUNTS_BYTES = 16;

/** The engine's speaker. */
export class EngineSoundOut implements SoundOut {
  readonly #engine: Engine | undefined;
  readonly #events: SoundOutEvents;

  constructor(engine: Engine | undefined, events: SoundOutEvents) {
    this.#engine = engine;
    this.#events = events;
  }

  start(): void {
    this.#engine?.startOutput();
  }

  stop(): void {
    this.#engine?.stopOutput();
  }

  setVolume(percent: number): void {
    this.#engine?.setVolume(percent);
  }

  ring(): void {
    this.#engine?.ring();
  }

  chime(): void {
    this.#engine?.chime();
  }

  silence(): void {
    this.#engine?.silence();
  }

  play(packet: Uint8Array, timestamp: number, lost: number): void {
    this.#engine?.play(packet, timestamp, lost);
  }

  complete(): void {
    this.#engine?.complete();
  }

  flush(): void {
    this.#engine?.flush();
  }

  get waiting(): number {
    return this.#engine?.waiting() ?? 0;
  }

  get isDrained(): boolean {
    return this.#engine?.isDrained() ?? true;
  }

  takeCounts(): PacketCounts {
    const bytes = new Uint8Array(COUNTS_BYTES);
    this.#engine?.takeCounts(bytes);
    const numbers = new Uint32Array(bytes.buffer);
    const [received = 0, late = 0, concealed = 0, dropped = 0] = numbers;
    return { received, late, concealed, dropped };
  }

  /** What the engine told. */
  attend(events: number): void {
    if (events & PLAYED) this.#reportPlayed();
    if (events & DRAINED) this.#events.onDry();
  }

  #reportPlayed(): void {
    for (let timestamp = this.#engine?.takePlayed(); timestamp; timestamp = this.#engine?.takePlayed()) {
      this.#events.onPlayed?.(timestamp);
    }
  }
}
