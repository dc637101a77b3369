import type { NatsConnection } from "@nats-io/transport-node";

/** Counts what nodes say to each other over NATS. */
export class BusListener {
  readonly #connection: NatsConnection;
  #counts = new Map<string, { messages: number; bytes: number }>();

  private constructor(connection: NatsConnection) {
    this.#connection = connection;
    connection.subscribe(">", {
      callback: (_error, { subject, data }) => {
        const kind = kindOf(subject);
        const count = this.#counts.get(kind) ?? { messages: 0, bytes: 0 };
        this.#counts.set(kind, { messages: count.messages + 1, bytes: count.bytes + data.length });
      },
    });
  }

  static async at(url: string): Promise<BusListener> {
    const { connect } = await import("@nats-io/transport-node");
    return new BusListener(await connect({ servers: new URL(url).host }));
  }

  /** Messages and their bytes since the last look, by kind; `node.state` is what a node says of itself all the time. */
  async take(): Promise<ReadonlyMap<string, { readonly messages: number; readonly bytes: number }>> {
    await this.#connection.flush();
    const counts = this.#counts;
    this.#counts = new Map();
    return counts;
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}

/** Subject without the fleet's prefix and the ids of nodes. */
function kindOf(subject: string): string {
  const [first, ...rest] = subject.split(".");
  if (first === "_INBOX") return "answers";
  return rest.filter((part) => !/-[0-9a-f]{8}$/.test(part)).join(".");
}
