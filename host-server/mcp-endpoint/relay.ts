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

  /** Takes a connection, on the side of tools or of callers; gives what takes its messages. */
  connect(role: Role, agentId: string, peer: Peer): PeerHandlers {
    const agent = this.#agents.get(agentId) ?? new Agent(agentId, this.#options.clock);
    this.#agents.set(agentId, agent);
    return role === "tool" ? this.#connectTool(agent, peer) : this.#connectCaller(agent, peer);
  }

  /** Ends all connections. */
  close(): void {
    for (const agent of this.agents) agent.close("the endpoint stops");
  }

  #connectTool(agent: Agent, peer: Peer): PeerHandlers {
    const { clock, log, timeoutMs, onStray } = this.#options;
    const server = new ToolConnection(peer, {
      clock,
      log: log.child({ agent: agent.id }),
      timeoutMs,
      onTools: () => agent.toolsChanged(),
      onNotification: ({ text }) => agent.tellCallers(text),
      onStray: () => onStray(agent.id),
      onClose: () => {
        agent.removeServer(server);
        this.#forget(agent);
      },
    });
    agent.addServer(server);
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
    if (!agent.hasTools && agent.callerCount === 0) this.#agents.delete(agent.id);
  }
}
