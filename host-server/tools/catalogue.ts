import type { Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { ToolError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ToolSpec } from "../providers/llm.ts";
import { SOURCE_ORDER, type SourceTool, type ToolOutcome, type ToolSource } from "./source.ts";

/** What a catalogue is made of. */
export interface CatalogueOptions {
  readonly sources: readonly ToolSource[];
  readonly clock: Clock;
  readonly log: Log;
  /** ms that a call may take. */
  readonly timeoutMs: number;
}

interface Entry {
  readonly source: ToolSource;
  /** The source's own name. */
  readonly name: string;
  readonly spec: ToolSpec;
}

/** Characters that every model accepts in a tool name; all others become `_`. */
export function sanitizeToolName(name: string): string {
  return name.replace(/[^A-Za-z0-9_\-\u4e00-\u9fff]/g, "_");
}

/** All tools of one device under names that every model accepts. */
export class Catalogue {
  readonly #options: CatalogueOptions;
  readonly #unsubscribe: readonly (() => void)[];
  #entries: ReadonlyMap<string, Entry> | undefined;

  constructor(options: CatalogueOptions) {
    this.#options = options;
    const forget = () => {
      this.#entries = undefined;
    };
    this.#unsubscribe = options.sources.map((source) => source.onChange(forget));
  }

  /** Lets go of the sources, which may live longer. */
  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  /** The tools on offer now, in the order of the sources. */
  specs(): readonly ToolSpec[] {
    return [...this.#merged().values()].map(({ spec }) => spec);
  }

  /** Runs a tool by its catalogue name. A failure, an unknown name and a call that takes too long are results too. */
  async call(name: string, args: JsonObject, signal: AbortSignal): Promise<ToolOutcome> {
    const entry = this.#merged().get(name);
    if (!entry) return { text: `There is no tool named ${name}.`, isError: true };
    try {
      return await this.#limited(entry, args, signal);
    } catch (error) {
      signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.log.warn({ tool: name, source: entry.source.id, reason }, "tool call failed");
      return { text: reason, isError: true };
    }
  }

  async #limited(entry: Entry, args: JsonObject, signal: AbortSignal): Promise<ToolOutcome> {
    signal.throwIfAborted();
    const { clock, timeoutMs } = this.#options;
    const expired = new AbortController();
    const cancelTimeout = clock.schedule(timeoutMs, () => {
      expired.abort(new ToolError("tool-timeout", `${entry.spec.name} gave no answer within ${timeoutMs} ms`));
    });
    const either = AbortSignal.any([signal, expired.signal]);
    // A source may ignore its signal; the turn goes on all the same.
    const ended = Promise.withResolvers<never>();
    const onAbort = () => ended.reject(either.reason);
    either.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([entry.source.call(entry.name, args, either), ended.promise]);
    } finally {
      cancelTimeout();
      either.removeEventListener("abort", onAbort);
    }
  }

  #merged(): ReadonlyMap<string, Entry> {
    this.#entries ??= this.#merge();
    return this.#entries;
  }

  #merge(): ReadonlyMap<string, Entry> {
    const entries = new Map<string, Entry>();
    for (const id of SOURCE_ORDER) {
      for (const source of this.#options.sources.filter((candidate) => candidate.id === id)) {
        for (const [name, tool] of named(source.list())) this.#add(entries, name, tool, source);
      }
    }
    return entries;
  }

  /** Of two sources with the same name the later one wins, as in the reference server. */
  #add(entries: Map<string, Entry>, name: string, tool: SourceTool, source: ToolSource): void {
    const previous = entries.get(name);
    if (previous) {
      this.#options.log.warn({ tool: name, kept: source.id, hidden: previous.source.id }, "tool name taken twice");
    }
    const { description, inputSchema } = tool;
    entries.set(name, { source, name: tool.name, spec: { name, description, inputSchema } });
  }
}

/** The tools of one source under unique sanitised names; their descriptions speak of each other by those names too. */
function named(tools: readonly SourceTool[]): [string, SourceTool][] {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { name } of tools) {
    if (names.has(name)) continue;
    let unique = sanitizeToolName(name);
    for (let count = 2; taken.has(unique); count++) unique = `${sanitizeToolName(name)}_${count}`;
    taken.add(unique);
    names.set(name, unique);
  }
  const renamed = [...names].filter(([from, to]) => from !== to).sort(([a], [b]) => b.length - a.length);
  const seen = new Set<string>();
  const result: [string, SourceTool][] = [];
  for (const tool of tools) {
    if (seen.has(tool.name)) continue;
    seen.add(tool.name);
    const description = renamed.reduce((text, [from, to]) => text.replaceAll(from, to), tool.description);
    result.push([names.get(tool.name) as string, { ...tool, description }]);
  }
  return result;
}
