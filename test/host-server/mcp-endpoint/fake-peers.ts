import { createLog } from "../../../host-server/log.ts";
import type { EndedCall } from "../../../host-server/mcp-endpoint/forwarded-call.ts";
import type { Peer, PeerHandlers } from "../../../host-server/mcp-endpoint/peer.ts";
import { Relay, type Role } from "../../../host-server/mcp-endpoint/relay.ts";
import { VirtualClock } from "../../../simulator/clock.ts";

// biome-ignore lint/suspicious/noExplicitAny: what a message holds is what the tests look at
export type Message = any;

/** One end of a connection to the relay, in memory: what it was sent, and what it says. */
export class FakePeer implements Peer {
  readonly address = "memory";
  readonly texts: string[] = [];
  unreadBytes = 0;
  probes = 0;
  closed: { code: number; reason: string } | undefined;
  handlers!: PeerHandlers;

  /** Everything that was sent to this end so far; what is read is gone. */
  take(): Message[] {
    return this.texts.splice(0).map((text) => JSON.parse(text));
  }

  /** The one message that was sent since the last look. */
  only(): Message {
    const messages = this.take();
    if (messages.length !== 1) throw new Error(`expected one message, got ${JSON.stringify(messages)}`);
    return messages[0];
  }

  say(message: unknown): void {
    this.handlers.onText(typeof message === "string" ? message : JSON.stringify(message));
  }

  leave(): void {
    this.handlers.onClose();
  }

  send(text: string): void {
    this.texts.push(text);
  }

  close(code: number, reason: string): void {
    this.closed = { code, reason };
  }

  probe(): void {
    this.probes++;
  }
}

/** A tool server that knows MCP, and waits with calls until it is told to answer. */
export class FakeTool extends FakePeer {
  readonly calls: Message[] = [];
  tools: readonly Message[];
  readonly info: Message;

  constructor(names: readonly string[], info: Message = { name: "adder", version: "1" }) {
    super();
    this.tools = names.map((name) => ({ name, description: `does ${name}`, inputSchema: { type: "object" } }));
    this.info = info;
  }

  override send(text: string): void {
    const message = JSON.parse(text);
    const { id, method } = message;
    if (method === "initialize") {
      const capabilities = { tools: { listChanged: true }, logging: {}, resources: {} };
      this.say({ jsonrpc: "2.0", id, result: { protocolVersion: "2024-11-05", capabilities, serverInfo: this.info } });
    } else if (method === "tools/list") this.say({ jsonrpc: "2.0", id, result: { tools: this.tools } });
    else if (method !== "notifications/initialized") this.calls.push(message);
  }

  /** Answers the oldest call that waits. */
  answer(result: unknown = { content: [{ type: "text", text: "done" }] }): Message {
    const call = this.calls.shift();
    this.say({ jsonrpc: "2.0", id: call.id, result });
    return call;
  }
}

/** A relay in memory, on the virtual clock. */
export function createRelay({ maxCalls = 1_000 } = {}) {
  const clock = new VirtualClock();
  const calls: EndedCall[] = [];
  const strays: string[] = [];
  const relay = new Relay({
    clock,
    log: createLog({ level: "silent" }),
    timeoutMs: 30_000,
    maxCalls,
    onCall: (_agent, call) => calls.push(call),
    onStray: (agent) => strays.push(agent),
  });
  const join = <P extends FakePeer>(role: Role, peer: P, agent = "a") => {
    peer.handlers = relay.connect(role, agent, peer);
    return peer;
  };
  return {
    relay,
    clock,
    calls,
    strays,
    caller: (agent?: string) => join("caller", new FakePeer(), agent),
    /** A tool server's side; `start` of the relay's side comes with the connection, so that the peer must know it first. */
    tool: (names: readonly string[], info?: Message, agent = "a") => {
      const tool = new FakeTool(names, info);
      const pending: string[] = [];
      const send = tool.send.bind(tool);
      tool.send = (text) => pending.push(text);
      join("tool", tool, agent);
      tool.send = send;
      for (const text of pending) tool.send(text);
      return tool;
    },
    /** A tool server that says nothing by itself. */
    mute: (agent?: string) => join("tool", new FakePeer(), agent),
  };
}
