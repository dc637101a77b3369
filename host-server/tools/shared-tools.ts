import type { JsonObject } from "../../protocol/json.ts";
import { ToolError } from "../errors.ts";
import type { SourceTool, ToolOutcome } from "./source.ts";

/** What has tools: a connection to a server of them. */
export interface ToolHolder {
  readonly tools: readonly SourceTool[];
  /** Runs a tool by the holder's own name for it. @throws any error */
  call(name: string, args: JsonObject, signal: AbortSignal): Promise<ToolOutcome>;
}

/** Where a tool on offer leads. */
export interface Route<H extends ToolHolder> {
  readonly connection: H;
  /** The holder's own name for the tool. */
  readonly name: string;
  readonly tool: SourceTool;
}

/** The tools of several connections as one list, and who is told when it changes. */
export class SharedTools<H extends ToolHolder> {
  readonly #routesOf: (connections: readonly H[]) => ReadonlyMap<string, Route<H>>;
  readonly #listeners = new Set<() => void>();
  #routes: ReadonlyMap<string, Route<H>> | undefined;
  connections: readonly H[] = [];

  /** @param routesOf decides the names on offer: those that several connections have are told apart */
  constructor(routesOf: (connections: readonly H[]) => ReadonlyMap<string, Route<H>>) {
    this.#routesOf = routesOf;
  }

  list(): readonly SourceTool[] {
    return [...this.#read().values()].map(({ tool }) => tool);
  }

  /** @throws ToolError `tool-unknown`, and what the connection throws */
  async call(name: string, args: JsonObject, signal: AbortSignal): Promise<ToolOutcome> {
    const route = this.#read().get(name);
    if (!route) throw new ToolError("tool-unknown", `There is no tool named ${name} any more.`);
    return route.connection.call(route.name, args, signal);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The connections, or the tools of one, are others than before. */
  changed(): void {
    this.#routes = undefined;
    for (const listener of this.#listeners) listener();
  }

  #read(): ReadonlyMap<string, Route<H>> {
    this.#routes ??= this.#routesOf(this.connections);
    return this.#routes;
  }
}
