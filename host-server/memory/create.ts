import { join } from "node:path";
import type { Clock } from "../../protocol/clock.ts";
import type { Config } from "../config/schema.ts";
import type { Llm } from "../providers/llm.ts";
import { Mem0 } from "./mem0.ts";
import type { Memory } from "./memory.ts";
import { MemoryFiles } from "./memory-files.ts";
import { SummaryMemory } from "./summary-memory.ts";

/** What a memory may need. */
export interface MemoryParts {
  readonly llm: Llm;
  readonly clock: Clock;
  readonly dataDirectory: string;
}

/** The memory that the configuration names; undefined for none. */
export function createMemory(config: Config, { llm, clock, dataDirectory }: MemoryParts): Memory | undefined {
  const { use, mem0 } = config.memory;
  if (use === "none") return undefined;
  if (use === "mem0") return new Mem0(mem0);
  const store = new MemoryFiles(join(dataDirectory, "memory"));
  return new SummaryMemory({ llm, store, clock, timeoutMs: config.turn.llm_first_token_timeout * 1000 });
}
