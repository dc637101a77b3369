import type { Cancel } from "../../protocol/clock.ts";
import type { DeviceIdentity, HoldDevice } from "./link.ts";

/** Devices that are remembered after they have left, so that one that is away can be told from a stranger. */
const REMEMBERED_DEVICES = 10_000;

/** What the roster needs of a session. */
export interface RosteredSession {
  readonly device: DeviceIdentity;
  /** Ends the session because the device has opened another. */
  close(): void;
}

/** Who is connected. Of a device's sessions the newest stays: an older one is a connection that has died unnoticed. */
export class Roster<S extends RosteredSession> {
  readonly #sessions = new Map<string, S>();
  readonly #remembered = new Set<string>();
  readonly #onReplaced: (session: S) => void;
  readonly #hold: HoldDevice | undefined;
  readonly #held = new Map<S, Cancel>();

  /**
   * @param onReplaced hears of a session that has to make room, right before it is closed
   * @param hold takes note of who is here
   */
  constructor(onReplaced: (session: S) => void, hold?: HoldDevice) {
    this.#onReplaced = onReplaced;
    this.#hold = hold;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Takes a session in; the one that the device had before is closed. */
  add(session: S): void {
    const key = keyOf(session.device.deviceId);
    const previous = this.#sessions.get(key);
    this.#sessions.set(key, session);
    this.#remember(key);
    if (this.#hold)
      this.#held.set(
        session,
        this.#hold(session.device.deviceId, () => session.close()),
      );
    if (!previous) return;
    this.#onReplaced(previous);
    previous.close();
  }

  /** A session has ended. */
  delete(session: S): void {
    const key = keyOf(session.device.deviceId);
    this.#held.get(session)?.();
    this.#held.delete(session);
    if (this.#sessions.get(key) === session) this.#sessions.delete(key);
  }

  /** The session of a device, whatever the case of the letters in its id. */
  find(deviceId: string): S | undefined {
    return this.#sessions.get(keyOf(deviceId));
  }

  /** Whether a device with this id has been here since the start. */
  remembers(deviceId: string): boolean {
    return this.#remembered.has(keyOf(deviceId));
  }

  [Symbol.iterator](): Iterator<S> {
    return [...this.#sessions.values()][Symbol.iterator]();
  }

  #remember(key: string): void {
    // Those who came last are last.
    this.#remembered.delete(key);
    this.#remembered.add(key);
    if (this.#remembered.size <= REMEMBERED_DEVICES) return;
    const [oldest] = this.#remembered;
    this.#remembered.delete(oldest as string);
  }
}

function keyOf(deviceId: string): string {
  return deviceId.toLowerCase();
}
