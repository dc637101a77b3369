import type { Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { CallerConnection } from "./caller-connection.ts";
import { wireMessage } from "./messages.ts";
import type { ToolConnection } from "./tool-connection.ts";
import { type MergedTools, mergeTools, type ToolOwner } from "./tool-list.ts";

/** ms that a caller waits for the tools of a server that has just connected. */
const READY_MS = 5_000;
/** What else than tools a server may offer, by the first part of its methods. */
const FAMILIES: { readonly [family: string]: string } = {
  resources: "resources",
  prompts: "prompts",
  completion: "completions",
};
const LIST_CHANGED = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}';

/** One agent: the servers that give it tools, and the assistants that use them. */
export class Agent {
  readonly id: string;
  readonly #clock: Clock;
  readonly #callers = new Set<CallerConnection>();
  #servers: readonly ToolConnection[] = [];
  #merged: MergedTools | undefined;
  #waiting: (() => void)[] = [];

  constructor(id: string, clock: Clock) {
    this.id = id;
    this.#clock = clock;
  }

  get callerCount(): number {
    return this.#callers.size;
  }

  get servers(): readonly ToolConnection[] {
    return this.#servers;
  }

  get hasTools(): boolean {
    return this.#servers.length > 0;
  }

  /** All tools of all servers. */
  get merged(): MergedTools {
    this.#merged ??= mergeTools(this.#servers);
    return this.#merged;
  }

  addCaller(caller: CallerConnection): void {
    this.#callers.add(caller);
  }

  removeCaller(caller: CallerConnection): void {
    this.#callers.delete(caller);
  }

  addServer(server: ToolConnection): void {
    this.#servers = [...this.#servers, server];
  }

  /** A server that came back may have left a dead connection behind: those before are asked for a sign of life. */
  probe(): void {
    for (const server of this.#servers) server.probe();
  }

  removeServer(server: ToolConnection): void {
    this.#servers = this.#servers.filter((other) => other !== server);
    this.toolsChanged();
  }

  /** What a server offers is known, or has changed, or is gone. */
  toolsChanged(): void {
    const before = this.#merged?.result;
    this.#merged = undefined;
    if (before === undefined || before !== this.merged.result) this.tellCallers(LIST_CHANGED);
    if (this.#servers.every(({ isReady }) => isReady)) this.#release();
  }

  /** Runs at once, or when the servers that have just come have said what they offer; after 5 s in any case. */
  whenReady(run: () => void): void {
    if (this.#servers.every(({ isReady }) => isReady)) return run();
    this.#waiting.push(run);
    if (this.#waiting.length === 1) this.#clock.schedule(READY_MS, () => this.#release());
  }

  /** Who has the tool of this name. A single server is asked for tools, too, that it does not list. */
  ownerOf(name: string): ToolOwner | undefined {
    const [only, ...others] = this.#servers;
    const owner = this.merged.owners.get(name);
    return owner ?? (only && others.length === 0 ? { connection: only, name } : undefined);
  }

  /** Who answers a method that has to do with no tool: the first server that knows its kind, or a single one. */
  serverFor(method: string): ToolConnection | undefined {
    const family = FAMILIES[method.split("/")[0] ?? ""];
    const able = this.#servers.find((server) => family !== undefined && server.can(family));
    return able ?? (this.#servers.length === 1 ? this.#servers[0] : undefined);
  }

  /** What callers may ask for. */
  capabilities(): JsonObject {
    const others = Object.values(FAMILIES).filter((family) => this.#servers.some((server) => server.can(family)));
    return { tools: { listChanged: true }, logging: {}, ...Object.fromEntries(others.map((family) => [family, {}])) };
  }

  setLogLevel(params: unknown): void {
    for (const server of this.#servers.filter((candidate) => candidate.can("logging"))) {
      const ignore = { method: "logging/setLevel", answer: () => {}, fail: () => {} };
      const value = { jsonrpc: "2.0", id: 0, method: "logging/setLevel", params };
      server.forward(wireMessage(JSON.stringify(value), value), ignore);
    }
  }

  /** A caller says something to all servers. */
  broadcast(text: string): void {
    for (const server of this.#servers) server.notify(text);
  }

  /** A server says something to all callers. */
  tellCallers(text: string): void {
    for (const caller of [...this.#callers]) caller.notify(text);
  }

  close(reason: string): void {
    for (const caller of [...this.#callers]) caller.close(reason);
    for (const server of this.#servers) server.close(reason);
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const run of waiting) run();
  }
}
