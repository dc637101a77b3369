import type { Clock } from "../../protocol/clock.ts";
import type { HoldDevice } from "../session/link.ts";
import { deviceKey } from "./device-key.ts";

interface Held {
  readonly id: string;
  /** When the device came, by this computer's clock. */
  since: number;
  readonly ends: Set<() => void>;
}

/** What is told when a device comes or goes. */
export interface LocalEvents {
  onCome(id: string): void;
  onGo(id: string): void;
}

/** The devices of this node: one that has several connections is there until the last of them ends. */
export class LocalDevices {
  readonly #clock: Clock;
  readonly #events: LocalEvents;
  readonly #held = new Map<string, Held>();

  constructor(clock: Clock, events: LocalEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Every device with the ms since it came. */
  *ages(): Generator<readonly [id: string, ageMs: number]> {
    const now = this.#clock.now();
    for (const { id, since } of this.#held.values()) yield [id, Math.max(0, Math.round(now - since))];
  }

  has(deviceId: string): boolean {
    return this.#held.has(deviceKey(deviceId));
  }

  /** ms since a device came; undefined when it is not here. */
  ageOf(deviceId: string): number | undefined {
    const held = this.#held.get(deviceKey(deviceId));
    return held && this.#clock.now() - held.since;
  }

  readonly hold: HoldDevice = (deviceId, end) => {
    const key = deviceKey(deviceId);
    const now = this.#clock.now();
    const held = this.#held.get(key) ?? { id: deviceId, since: now, ends: new Set() };
    const isNew = held.ends.size === 0;
    // What connects once more is a device that is here and nowhere else.
    held.since = now;
    held.ends.add(end);
    this.#held.set(key, held);
    if (isNew) this.#events.onCome(deviceId);
    return () => {
      if (!held.ends.delete(end) || held.ends.size > 0) return;
      this.#held.delete(key);
      this.#events.onGo(held.id);
    };
  };

  /** Ends every connection of a device. */
  drop(deviceId: string): void {
    for (const end of [...(this.#held.get(deviceKey(deviceId))?.ends ?? [])]) end();
  }
}
