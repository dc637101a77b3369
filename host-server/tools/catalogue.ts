import type { Clock } from "../../protocol/clock.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { ToolArgumentError } from "../../protocol/tool-schema.ts";
import { ToolError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ToolSpec } from "../providers/llm.ts";
import { SOURCE_ORDER, type SourceTool, type ToolOutcome, type ToolSource } from "./source.ts";
import { withKnownNames } from "./tool-names.ts";

/** Longest result that a model is given; a web page would fill its memory. */
const MAX_CHARACTERS = 16_000;

/** What a catalogue is made of. */
export interface CatalogueOptions {
  readonly sources: readonly ToolSource[];
  readonly clock: Clock;
  readonly log: Log;
  /** ms that a call may take. */
  readonly timeoutMs: number;
}

/** A tool and where it comes from. */
interface Offer {
  readonly source: ToolSource;
  readonly tool: SourceTool;
}

interface Entry {
  readonly source: ToolSource;
  /** The source's own name. */
  readonly name: string;
  readonly spec: ToolSpec;
}

interface Contents {
  readonly byName: ReadonlyMap<string, Entry>;
  readonly specs: readonly ToolSpec[];
}

/** All tools of one device under names that every model accepts. */
export class Catalogue {
  readonly #options: CatalogueOptions;
  readonly #unsubscribe: readonly (() => void)[];
  readonly #warnedOf = new Set<string>();
  #contents: Contents | undefined;

  constructor(options: CatalogueOptions) {
    this.#options = options;
    const forget = () => {
      this.#contents = undefined;
    };
    this.#unsubscribe = options.sources.map((source) => source.onChange(forget));
  }

  /** Lets go of the sources, which may live longer. */
  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  /** The tools on offer now, in the order of the sources. */
  specs(): readonly ToolSpec[] {
    return this.#read().specs;
  }

  /** Runs a tool by its catalogue name. A failure, an unknown name and a call that takes too long are results too. */
  async call(name: string, args: JsonObject, signal: AbortSignal): Promise<ToolOutcome> {
    const entry = this.#read().byName.get(name);
    if (!entry) return { text: `There is no tool named ${name}.`, isError: true };
    try {
      return bounded(await this.#limited(entry, args, signal));
    } catch (error) {
      signal.throwIfAborted();
      const text = this.#sentence(name, error);
      this.#options.log.warn({ tool: name, source: entry.source.id, error }, "tool call failed");
      return { text, isError: true };
    }
  }

  async #limited(entry: Entry, args: JsonObject, signal: AbortSignal): Promise<ToolOutcome> {
    signal.throwIfAborted();
    const { clock, timeoutMs } = this.#options;
    const expired = new AbortController();
    const cancelTimeout = clock.schedule(timeoutMs, () => {
      expired.abort(new ToolError("tool-timeout", this.#silence(entry.spec.name)));
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

  /** A failure as something that a model can pass on. */
  #sentence(name: string, error: unknown): string {
    if (error instanceof ToolError || error instanceof ToolArgumentError) return error.message;
    if (error instanceof ProtocolError && error.code === "rpc-timeout") return this.#silence(name);
    return `${name} failed: ${error instanceof Error ? error.message : String(error)}`;
  }

  #silence(name: string): string {
    return `${name} gave no answer within ${this.#options.timeoutMs / 1000} s`;
  }

  #read(): Contents {
    this.#contents ??= this.#merge();
    return this.#contents;
  }

  #merge(): Contents {
    const offers = [...this.#offers().values()];
    const byName = new Map<string, Entry>();
    for (const [at, { name, description }] of withKnownNames(offers.map(described)).entries()) {
      const { source, tool } = offers[at] as Offer;
      const spec: ToolSpec = { name, description, inputSchema: tool.inputSchema };
      byName.set(name, { source, name: tool.name, spec });
    }
    return { byName, specs: [...byName.values()].map(({ spec }) => spec) };
  }

  /** What the sources have, by their own names. Of two with the same name the later source wins, as in the reference server. */
  #offers(): ReadonlyMap<string, Offer> {
    const offers = new Map<string, Offer>();
    for (const id of SOURCE_ORDER) {
      for (const source of this.#options.sources.filter((candidate) => candidate.id === id)) {
        for (const tool of source.list()) this.#add(offers, { source, tool });
      }
    }
    return offers;
  }

  #add(offers: Map<string, Offer>, offer: Offer): void {
    const { name } = offer.tool;
    const previous = offers.get(name);
    // A source that has a name twice means the same tool.
    if (previous?.source === offer.source) return;
    if (previous) this.#warnOfClash(name, offer.source, previous.source);
    offers.delete(name);
    offers.set(name, offer);
  }

  #warnOfClash(name: string, kept: ToolSource, hidden: ToolSource): void {
    const clash = `${name} ${hidden.id}`;
    if (this.#warnedOf.has(clash)) return;
    this.#warnedOf.add(clash);
    this.#options.log.warn({ tool: name, kept: kept.id, hidden: hidden.id }, "tool name taken twice");
  }
}

function bounded(outcome: ToolOutcome): ToolOutcome {
  const { text } = outcome;
  if (text.length <= MAX_CHARACTERS) return outcome;
  const rest = text.length - MAX_CHARACTERS;
  return { ...outcome, text: `${text.slice(0, MAX_CHARACTERS)} … (${rest} more characters were left out)` };
}

function described({ source, tool }: Offer): { name: string; description: string; family: ToolSource } {
  return { name: tool.name, description: tool.description, family: source };
}
