import { log } from "../../system/log.ts";
import { type Engine, TROUBLE } from "./engine.ts";

/** underruns, overflows, untaken, broken, stalls. */
const NUMBERS = 5;

/** Troubles come in swarms: of each, the first and then every hundredth is worth a line. */
const EVERY = 100;

/** Says in the log what goes wrong in the engine. */
export class TroubleLog {
  readonly #engine: Engine;
  readonly #bytes = new Uint8Array(4 * NUMBERS);
  #total = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** What the engine told. */
  attend(events: number): void {
    if (!(events & TROUBLE)) return;
    this.#engine.troubles(this.#bytes);
    const [underruns = 0, overflows = 0, untaken = 0, broken = 0, stalls = 0] = new Uint32Array(this.#bytes.buffer);
    const total = underruns + overflows + untaken + broken + stalls;
    const isDue = this.#total === 0 || Math.floor(total / EVERY) > Math.floor(this.#total / EVERY);
    this.#total = total;
    if (isDue) log.warn("sound trouble", { underruns, overflows, untaken, broken, stalls });
  }
}
