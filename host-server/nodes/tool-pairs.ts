import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { Log } from "../log.ts";
import type { Bus } from "./bus.ts";
import type { Membership } from "./membership.ts";

/** ms between two looks at whether tools of other nodes are missing. */
const LOOK_MS = 30_000;
/** ms that a node has to open a way to its tools. */
const OPEN_MS = 3_000;
const MAX_AGENTS = 1_000;

/** One end of a way between nodes, as the MCP endpoint sees a connection. */
export interface PairPeer {
  readonly address: string;
  readonly unreadBytes: number;
  send(text: string): void;
  close(code: number, reason: string): void;
  probe(): void;
}

/** What takes what comes over the way. */
export interface PairHandlers {
  onText(text: string): void;
  onClose(): void;
}

/** The MCP endpoint of this node. */
export interface PairRelay {
  /** Agents whose tools are called here. */
  readonly wanted: readonly string[];
  /** Whether an agent's tools are called here. */
  wants(agent: string): boolean;
  /** Whether tools of an agent are connected to this node. */
  hasOwnTools(agent: string): boolean;
  /** Takes tools of another node for those who call here. */
  connectRemoteTools(agent: string, peer: PairPeer): PairHandlers;
  /** Takes a caller at another node, who gets the tools of this one and no others. */
  connectRemoteCaller(agent: string, peer: PairPeer): PairHandlers;
  /** Hears of an agent that is called here now, and of one that has tools here, or has none any more. */
  listen(events: { onWanted(agent: string): void; onOwnTools(agent: string, hasTools: boolean): void }): void;
}

export interface ToolPairsOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly membership: Membership;
  readonly relay: PairRelay;
}

interface Way {
  readonly node: string;
  readonly agent: string;
  /** Whether this node calls over it, or is called. */
  readonly calls: boolean;
  readonly handlers: PairHandlers;
}

/**
 * Brings together tools that are connected to one node and assistants that call them at another: who wants an agent's tools
 * says so, who has them answers, and a way is opened over which each end sees a connection like any other. A way ends with
 * either node, and with the connection to the others; what was missed is made up for every half minute.
 */
export class ToolPairs {
  readonly #options: ToolPairsOptions;
  readonly #ways = new Map<string, Way>();
  readonly #opening = new Set<string>();
  #count = 0;
  #cancel: Cancel = () => {};

  constructor(options: ToolPairsOptions) {
    this.#options = options;
  }

  get #id(): string {
    return this.#options.membership.id;
  }

  start(): void {
    const { bus, membership, relay } = this.#options;
    bus.subscribe("tools.wanted", (message) => this.#offer(message));
    bus.subscribe("tools.offered", (message) => this.#take(message));
    bus.subscribe(`tools.text.${this.#id}`, ({ way, text }) => {
      if (typeof text === "string") this.#ways.get(String(way))?.handlers.onText(text);
    });
    bus.subscribe(`tools.end.${this.#id}`, ({ way }) => this.#drop(String(way)));
    bus.onChange((isUp) => (isUp ? this.#want(relay.wanted) : this.#dropAll(() => true)));
    membership.answer("tools.open", (message) => this.#serve(message));
    membership.listen({
      onCome: () => this.#want(relay.wanted),
      onGo: ({ id }) => this.#dropAll(({ node }) => node === id),
    });
    relay.listen({
      onWanted: (agent) => this.#want([agent]),
      onOwnTools: (agent, hasTools) => {
        if (hasTools) bus.publish("tools.offered", { node: this.#id, to: "", agents: [agent] });
        else this.#dropAll((way) => !way.calls && way.agent === agent, true);
      },
    });
    this.#look();
  }

  stop(): void {
    this.#cancel();
    this.#dropAll(() => true, true);
  }

  #look(): void {
    const { clock, relay } = this.#options;
    this.#cancel = clock.schedule(LOOK_MS, () => {
      this.#dropAll(({ calls, agent }) => calls && !relay.wants(agent), true);
      this.#want(relay.wanted);
      this.#look();
    });
  }

  #want(agents: readonly string[]): void {
    for (let from = 0; from < agents.length; from += MAX_AGENTS) {
      const some = agents.slice(from, from + MAX_AGENTS);
      this.#options.bus.publish("tools.wanted", { node: this.#id, agents: some });
    }
  }

  #offer({ node, agents }: JsonObject): void {
    if (node === this.#id) return;
    const had = textsIn(agents).filter((agent) => this.#options.relay.hasOwnTools(agent));
    if (had.length > 0) this.#options.bus.publish("tools.offered", { node: this.#id, to: node, agents: had });
  }

  #take({ node, to, agents }: JsonObject): void {
    if (typeof node !== "string" || node === this.#id || (to !== "" && to !== this.#id)) return;
    for (const agent of textsIn(agents)) if (this.#options.relay.wants(agent)) void this.#open(node, agent);
  }

  /** Opens a way to the tools that another node has for an agent. */
  async #open(node: string, agent: string): Promise<void> {
    const key = JSON.stringify([node, agent]);
    const isThere = [...this.#ways.values()].some((way) => way.calls && way.node === node && way.agent === agent);
    if (isThere || this.#opening.has(key)) return;
    const { membership, relay, log } = this.#options;
    const way = `${this.#id}/${++this.#count}`;
    this.#opening.add(key);
    try {
      await membership.ask(node, "tools.open", { node: this.#id, agent, way }, OPEN_MS);
      const waiting: string[] = [];
      const peer = this.#peer(node, way, (text) =>
        this.#ways.has(way) ? this.#send(node, way, text) : waiting.push(text),
      );
      const handlers = relay.connectRemoteTools(agent, peer);
      this.#ways.set(way, { node, agent, calls: true, handlers });
      for (const text of waiting) this.#send(node, way, text);
    } catch (error) {
      log.warn({ agent, node: membership.find(node)?.name, error }, "tools of another node cannot be reached");
    } finally {
      this.#opening.delete(key);
    }
  }

  /** Another node calls the tools that are connected here. */
  #serve({ node, agent, way }: JsonObject): JsonObject {
    const [from, of, name] = [String(node), String(agent), String(way)];
    this.#dropAll((other) => !other.calls && other.node === from && other.agent === of);
    const peer = this.#peer(from, name, (text) => this.#send(from, name, text));
    const handlers = this.#options.relay.connectRemoteCaller(of, peer);
    this.#ways.set(name, { node: from, agent: of, calls: false, handlers });
    return {};
  }

  #peer(node: string, way: string, send: (text: string) => void): PairPeer {
    return {
      address: this.#options.membership.find(node)?.name ?? node,
      unreadBytes: 0,
      send,
      close: () => {
        this.#options.bus.publish(`tools.end.${node}`, { way });
        this.#drop(way);
      },
      // Nodes watch each other.
      probe: () => {},
    };
  }

  #send(node: string, way: string, text: string): void {
    this.#options.bus.publish(`tools.text.${node}`, { way, text });
  }

  #dropAll(isMeant: (way: Way) => boolean, tells = false): void {
    for (const [name, way] of [...this.#ways]) {
      if (!isMeant(way)) continue;
      if (tells) this.#options.bus.publish(`tools.end.${way.node}`, { way: name });
      this.#drop(name);
    }
  }

  #drop(name: string): void {
    const way = this.#ways.get(name);
    this.#ways.delete(name);
    way?.handlers.onClose();
  }
}

function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === "string") : [];
}
