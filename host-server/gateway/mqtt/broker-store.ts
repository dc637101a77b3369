import { Readable } from "node:stream";

/** As much of an MQTT packet as is kept. */
interface Kept {
  readonly messageId: number;
}

/** As much of a client of aedes. */
interface KeptClient {
  readonly id: string;
}

/**
 * What aedes keeps for its clients, without what ours never have: sessions that outlive a connection, wills, retained messages,
 * and messages that wait for somebody. Only messages of QoS 2 are remembered until they are released.
 */
export class BrokerStore {
  readonly #incoming = new Map<string, Map<number, Kept>>();

  async setup(): Promise<void> {}

  async cleanSubscriptions(): Promise<void> {}

  async subscriptionsByClient(): Promise<[]> {
    return [];
  }

  async subscriptionsByTopic(): Promise<[]> {
    return [];
  }

  async addSubscriptions(): Promise<void> {}

  async removeSubscriptions(): Promise<void> {}

  async putWill(): Promise<void> {}

  async delWill(): Promise<void> {}

  streamWill(): [] {
    return [];
  }

  async storeRetained(): Promise<void> {}

  createRetainedStreamCombi(): Readable {
    return Readable.from([]);
  }

  outgoingStream(): [] {
    return [];
  }

  async outgoingEnqueue(): Promise<void> {}

  async outgoingEnqueueCombi(): Promise<void> {}

  async outgoingUpdate(): Promise<void> {}

  async outgoingClearMessageId(): Promise<void> {}

  async incomingStorePacket({ id }: KeptClient, packet: Kept): Promise<void> {
    const packets = this.#incoming.get(id) ?? new Map<number, Kept>();
    this.#incoming.set(id, packets.set(packet.messageId, packet));
  }

  async incomingGetPacket({ id }: KeptClient, { messageId }: Kept): Promise<Kept> {
    const packet = this.#incoming.get(id)?.get(messageId);
    if (!packet) throw new Error(`message ${messageId} of ${id} was not kept`);
    return packet;
  }

  async incomingDelPacket({ id }: KeptClient, { messageId }: Kept): Promise<void> {
    this.#incoming.get(id)?.delete(messageId);
  }

  async cleanIncoming({ id }: KeptClient): Promise<void> {
    this.#incoming.delete(id);
  }
}

/** Hands messages of aedes on to nobody: what devices publish is for the gateway, and what they get it writes to them itself. */
export class BrokerSilence {
  on(_topic: string, _listener: unknown, done?: () => void): this {
    if (done) setImmediate(done);
    return this;
  }

  removeListener(_topic: string, _listener: unknown, done?: () => void): this {
    if (done) setImmediate(done);
    return this;
  }

  emit(_packet: unknown, done?: () => void): this {
    if (done) setImmediate(done);
    return this;
  }

  close(done: () => void): void {
    setImmediate(done);
  }
}
