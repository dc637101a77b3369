import type { Clock } from "../../../protocol/clock.ts";
import type { LoadJob } from "./engine.ts";
import { tryLoading } from "./trial.ts";

/** A model's files, which are looked for and tried once; what failed is tried again. */
export class TriedModel<Job extends LoadJob> {
  readonly #find: () => Job;
  readonly #clock: Clock;
  #job: Job | undefined;

  /** @param find names the files, and throws StageError where they are missing */
  constructor(find: () => Job, clock: Clock) {
    this.#find = find;
    this.#clock = clock;
  }

  /** How to load it, once it is known that it can be loaded. @throws StageError */
  async loadJob(): Promise<Job> {
    if (this.#job) return this.#job;
    const job = this.#find();
    await tryLoading(job, this.#clock);
    this.#job = job;
    return job;
  }
}
