import { log } from "../system/log.ts";
import { type DeviceState, MOVES } from "./states.ts";

/** Told of every move that happened. */
export type StateListener = (state: DeviceState, previous: DeviceState) => void;

/** The one state of the device. */
export class StateMachine {
  #state: DeviceState = "unknown";
  readonly #listeners: StateListener[] = [];

  get state(): DeviceState {
    return this.#state;
  }

  onMove(listener: StateListener): void {
    this.#listeners.push(listener);
  }

  /** Moves, or says in the log why not. Staying where one is counts as done. */
  move(to: DeviceState): boolean {
    const from = this.#state;
    if (from === to) return true;
    if (!MOVES[from].includes(to)) {
      log.warn("state refused", { from, to });
      return false;
    }
    this.#state = to;
    log.info(`session state ${to}`, { from });
    for (const listener of this.#listeners) listener(to, from);
    return true;
  }
}
