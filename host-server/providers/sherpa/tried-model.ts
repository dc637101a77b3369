import type { Clock } from "../../../protocol/clock.ts";
import type { LoadJob } from "./engine.ts";
import { tryLoading } from "./trial.ts";

/** A model's files, which are looked for and tried once; what failed is tried again. */
export class TriedModel<Job extends LoadJob> {
  readonly #find: () => Job;
  readonly #clock: Clock;
  #trial: Promise<Job> | undefined;

  /** @param find names the files, and throws StageError where they are missing */
  constructor(find: () => Job, clock: Clock) {
    this.#find = find;
    this.#clock = clock;
  }

  /** How to load it, once it is known that it can be loaded. Who asks meanwhile waits for the same trial. @throws StageError */
  loadJob(): Promise<Job> {
    if (!this.#trial) {
      this.#trial = this.#try();
      this.#trial.catch(() => {
        this.#trial = undefined;
      });
    }
    return this.#trial;
  }

  async #try(): Promise<Job> {
    const job = this.#find();
    await tryLoading(job, this.#clock);
    return job;
  }
}
