import { join } from "node:path";
import type { Clock } from "../../protocol/clock.ts";
import type { Config } from "../config/schema.ts";
import type { Log } from "../log.ts";
import type { Llm } from "../providers/llm.ts";
import type { Storage } from "../storage/storage.ts";
import { Mem0 } from "./mem0.ts";
import type { Memory } from "./memory.ts";
import { MemoryFiles } from "./memory-files.ts";
import { StoredMemories } from "./stored-memories.ts";
import { SummaryMemory } from "./summary-memory.ts";
import { WaitingConversations } from "./waiting-conversations.ts";

/** What memories are made of. */
export interface MemoriesOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly dataDirectory: string;
  /** Where there is a database, memories are there; otherwise in files. */
  readonly storage: Storage | undefined;
}

/** The memories of a server: one for each agent. */
export class Memories {
  readonly #summaries: SummaryMemory;

  constructor({ clock, log, dataDirectory, storage }: MemoriesOptions) {
    const files = new MemoryFiles(join(dataDirectory, "memory"));
    this.#summaries = new SummaryMemory({
      store: storage ? new StoredMemories(storage, files) : files,
      waiting: new WaitingConversations(join(dataDirectory, "memory", "waiting.json"), log),
      clock,
    });
  }

  /** The memory that an agent's configuration names; undefined for none. `agent` is null for the server's own assistant. */
  of(agent: string | null, { memory: { use, mem0 }, turn }: Config, llm: Llm): Memory | undefined {
    if (use === "none") return undefined;
    if (use === "mem0") return new Mem0(mem0, agent);
    const summaries = this.#summaries;
    const by = { llm, timeoutMs: turn.llm_first_token_timeout * 1000 };
    return {
      recall: (deviceId) => summaries.recall({ deviceId, agent }, by),
      keep: (deviceId, conversation) => summaries.keep({ deviceId, agent }, conversation, by),
    };
  }

  /** Waits a few seconds for what is being remembered; the rest is remembered the next time. */
  close(): Promise<void> {
    return this.#summaries.close();
  }
}
