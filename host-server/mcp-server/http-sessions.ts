import { randomUUID } from "node:crypto";
import type { Server, WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";

/** Sessions kept at once; with more, the one that was used longest ago is forgotten, and its client opens another. */
const MAX_SESSIONS = 64;

interface HttpSession {
  readonly deviceId: string;
  readonly server: Server;
  readonly transport: WebStandardStreamableHTTPServerTransport;
}

export interface HttpSessionsOptions {
  readonly createServer: (deviceId: string) => Server;
  readonly createTransport: (
    options: ConstructorParameters<typeof WebStandardStreamableHTTPServerTransport>[0],
  ) => WebStandardStreamableHTTPServerTransport;
}

/**
 * Clients of the protocol until 2025, which open a session: only over its stream can they be told that tools have
 * changed.
 */
export class HttpSessions {
  readonly #options: HttpSessionsOptions;
  /** Those used last are last. */
  readonly #sessions = new Map<string, HttpSession>();

  constructor(options: HttpSessionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Opens a session for a request to initialize. */
  async open(request: Request, parsedBody: unknown, deviceId: string): Promise<Response> {
    const server = this.#options.createServer(deviceId);
    const transport = this.#options.createTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => this.#add(id, { deviceId, server, transport }),
      onsessionclosed: (id) => void this.#sessions.delete(id),
    });
    await server.connect(transport);
    return transport.handleRequest(request, { parsedBody });
  }

  /** Passes a request on to its session; undefined when there is none of this id for this device. */
  take(id: string, request: Request, deviceId: string): Promise<Response> | undefined {
    const session = this.#sessions.get(id);
    if (session?.deviceId !== deviceId) return undefined;
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    return session.transport.handleRequest(request);
  }

  /** Tells all clients that tools have changed. */
  async tellOfChange(): Promise<void> {
    await Promise.allSettled([...this.#sessions.values()].map(({ server }) => server.sendToolListChanged()));
  }

  async close(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    await Promise.allSettled(sessions.map(({ server }) => server.close()));
  }

  #add(id: string, session: HttpSession): void {
    this.#sessions.set(id, session);
    const [oldest] = this.#sessions;
    if (this.#sessions.size <= MAX_SESSIONS || !oldest) return;
    this.#sessions.delete(oldest[0]);
    oldest[1].server.close().catch(() => {});
  }
}
