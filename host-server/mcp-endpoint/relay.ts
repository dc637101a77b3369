import type { Clock } from "../../protocol/clock.ts";
import type { Log } from "../log.ts";
import { Agent } from "./agent.ts";
import { CallerConnection } from "./caller-connection.ts";
import type { EndedCall } from "./forwarded-call.ts";
import type { Peer, PeerHandlers } from "./peer.ts";
import { ToolConnection } from "./tool-connection.ts";

/** Which side of the endpoint a connection is on. */
export const ROLES = ["tool", "caller"] as const;

export type Role = (typeof ROLES)[number];

/** What happens at the endpoint, for whoever keeps account. */
export interface RelayEvents {
  readonly onCall: (agent: string, call: EndedCall) => void;
  /** A message was dropped: an answer that nobody waits for, or no message at all. */
  readonly onStray: (agent: string) => void;
}

/** Who hears what is wanted of this endpoint, and what it has. */
export interface PairEvents {
  /** An agent's tools are called here now. */
  onWanted(agent: string): void;
  /** Tools of an agent have been connected here, or the last of them has gone. */
  onOwnTools(agent: string, hasTools: boolean): void;
}

export interface RelayOptions extends RelayEvents {
  readonly clock: Clock;
  readonly log: Log;
  /** ms that a tool may take for a call. */
  readonly timeoutMs: number;
  /** Requests of one caller that may wait at once. */
  readonly maxCalls: number;
}

/** Who is connected now; the member names are those of the reference relay. */
export interface ConnectionCounts {
  readonly tool_connections: number;
  readonly robot_connections: number;
  readonly total_connections: number;
  readonly robot_connections_by_agent: { readonly [agent: string]: number };
}

/**
 * Brings together the MCP servers that give an agent its tools, and the assistants that call them. Each side speaks with the
 * endpoint as if it were the other: several servers are one, and no id of one caller can meet that of another.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #agents = new Map<string, Agent>();
  /** The same agents as other nodes see them: with the tools that are connected here, and no others. */
  readonly #shared = new Map<string, Agent>();
  #events: PairEvents | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  get agents(): readonly Agent[] {
    return [...this.#agents.values()];
  }

  get counts(): ConnectionCounts {
    const agents = this.agents;
    const tools = agents.reduce((sum, { servers }) => sum + servers.length, 0);
    const callers = agents.filter(({ callerCount }) => callerCount > 0);
    const robots = callers.reduce((sum, { callerCount }) => sum + callerCount, 0);
    return {
      tool_connections: tools,
      robot_connections: robots,
      total_connections: tools + robots,
      robot_connections_by_agent: Object.fromEntries(callers.map(({ id, callerCount }) => [id, callerCount])),
    };
  }

  /** Agents whose tools are called here. */
  get wanted(): readonly string[] {
    return this.agents.filter(({ callerCount }) => callerCount > 0).map(({ id }) => id);
  }

  /** Whether an agent's tools are called here. */
  wants(agentId: string): boolean {
    return (this.#agents.get(agentId)?.callerCount ?? 0) > 0;
  }

  /** Whether tools of an agent are connected here. */
  hasOwnTools(agentId: string): boolean {
    return this.#shared.get(agentId)?.hasTools ?? false;
  }

  /** Says who is told what other nodes have to know. */
  listen(events: PairEvents): void {
    this.#events = events;
  }

  /** Takes a connection, on the side of tools or of callers; gives what takes its messages. */
  connect(role: Role, agentId: string, peer: Peer): PeerHandlers {
    const agent = this.#agentIn(this.#agents, agentId);
    if (role === "caller") {
      const caller = this.#connectCaller(agent, peer);
      this.#events?.onWanted(agentId);
      return caller;
    }
    const server = this.#connectTool([agent, this.#agentIn(this.#shared, agentId)], peer);
    this.#events?.onOwnTools(agentId, true);
    return server;
  }

  /** Takes the tools that another node has for an agent. */
  connectRemoteTools(agentId: string, peer: Peer): PeerHandlers {
    return this.#connectTool([this.#agentIn(this.#agents, agentId)], peer);
  }

  /** Takes a caller at another node: it gets the tools that are connected here. */
  connectRemoteCaller(agentId: string, peer: Peer): PeerHandlers {
    return this.#connectCaller(this.#agentIn(this.#shared, agentId), peer);
  }

  /** Ends all connections. */
  close(): void {
    for (const agent of [...this.#shared.values(), ...this.agents]) agent.close("the endpoint stops");
  }

  #agentIn(agents: Map<string, Agent>, agentId: string): Agent {
    const agent = agents.get(agentId) ?? new Agent(agentId, this.#options.clock);
    agents.set(agentId, agent);
    return agent;
  }

  /** Several agents, when they have this server in common. */
  #connectTool(agents: readonly Agent[], peer: Peer): PeerHandlers {
    const { clock, log, timeoutMs, onStray } = this.#options;
    const [{ id }] = agents as [Agent];
    const each = (run: (agent: Agent) => void) => agents.forEach(run);
    const server = new ToolConnection(peer, {
      clock,
      log: log.child({ agent: id }),
      timeoutMs,
      onTools: () => each((agent) => agent.toolsChanged()),
      onNotification: ({ text }) => each((agent) => agent.tellCallers(text)),
      onStray: () => onStray(id),
      onClose: () => {
        each((agent) => {
          agent.removeServer(server);
          this.#forget(agent);
        });
        if (agents.length > 1 && !this.hasOwnTools(id)) this.#events?.onOwnTools(id, false);
      },
    });
    agents[0]?.probe();
    each((agent) => agent.addServer(server));
    server.start();
    return server;
  }

  #connectCaller(agent: Agent, peer: Peer): PeerHandlers {
    const { clock, maxCalls, onCall } = this.#options;
    const caller: CallerConnection = new CallerConnection(peer, agent, {
      clock,
      maxCalls,
      onCall: (call) => onCall(agent.id, call),
      onClose: () => {
        agent.removeCaller(caller);
        this.#forget(agent);
      },
    });
    agent.addCaller(caller);
    return caller;
  }

  /** An agent without connections is nothing to remember. */
  #forget(agent: Agent): void {
    if (agent.hasTools || agent.callerCount > 0) return;
    for (const agents of [this.#agents, this.#shared]) if (agents.get(agent.id) === agent) agents.delete(agent.id);
  }
}
