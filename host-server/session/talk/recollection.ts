import type { Clock } from "../../../protocol/clock.ts";
import type { Log } from "../../log.ts";
import type { Memory } from "../../memory/memory.ts";
import { type ContextSource, readContext } from "../../prompt/context-sources.ts";

export interface RecollectionOptions {
  readonly deviceId: string;
  /** What is remembered of earlier conversations; undefined for nothing. */
  readonly memory: Memory | undefined;
  /** Programs that know something about a device. */
  readonly sources: readonly ContextSource[];
  readonly clock: Clock;
  readonly log: Log;
}

/** What is known of a device before anybody speaks. It is fetched when the device comes, for the first words take longer. */
export class Recollection {
  /** Of earlier conversations; empty for nothing, or not yet. */
  memory = "";
  /** What other programs say, as lines. */
  context = "";

  constructor(options: RecollectionOptions) {
    void this.#recall(options);
  }

  async #recall({ deviceId, memory, sources, clock, log }: RecollectionOptions): Promise<void> {
    // Files and servers take real time.
    const release = clock.hold();
    const context = readContext(sources, deviceId, log);
    try {
      this.memory = (await memory?.recall(deviceId)) ?? "";
    } catch (error) {
      log.warn({ error }, "nothing is remembered: the memory cannot be read");
    }
    this.context = await context;
    release();
  }
}
