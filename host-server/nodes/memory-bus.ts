import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { type Answerer, type Bus, BusError } from "./bus.ts";
import { readReply, replyOf } from "./reply.ts";

/** Gives a reply to whoever asked; undefined for messages that want none. */
type Reply = ((reply: JsonObject) => void) | undefined;

interface Listener {
  readonly bus: MemoryBus;
  readonly subject: string;
  readonly group: string | undefined;
  /** Whether it answers requests, or listens to messages. */
  readonly answers: boolean;
  hear(message: JsonObject, reply: Reply): void;
}

/** A bus within one process: several nodes under one clock. */
export class BusNetwork {
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();
  #turn = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A connection for one more node. */
  join(): MemoryBus {
    return new MemoryBus(this, this.#clock);
  }

  /** @internal */
  add(listener: Listener): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Brings a message to its listeners, soon; gives whether there are any. @internal */
  carry(subject: string, message: JsonObject, reply: Reply): boolean {
    const answers = reply !== undefined;
    const heard = [...this.#listeners].filter(
      (one) => one.subject === subject && one.answers === answers && one.bus.isUp,
    );
    // As between processes: nobody holds what another still changes.
    const text = JSON.stringify(message);
    for (const listener of this.#chosen(heard)) {
      queueMicrotask(() => {
        if (listener.bus.isUp && this.#listeners.has(listener)) listener.hear(JSON.parse(text), reply);
      });
    }
    return heard.length > 0;
  }

  /** Of each group one, in turns. */
  #chosen(heard: readonly Listener[]): readonly Listener[] {
    const groups = new Map<string, Listener[]>();
    for (const one of heard.filter(({ group }) => group !== undefined)) {
      groups.set(one.group as string, [...(groups.get(one.group as string) ?? []), one]);
    }
    const turn = this.#turn++;
    const ofGroups = [...groups.values()].map((members) => members[turn % members.length] as Listener);
    return [...heard.filter(({ group }) => group === undefined), ...ofGroups];
  }
}

/** One node's connection to a network in memory. */
export class MemoryBus implements Bus {
  readonly #network: BusNetwork;
  readonly #clock: Clock;
  readonly #watchers = new Set<(isUp: boolean) => void>();
  readonly #waiting = new Set<(error: BusError) => void>();
  #cancels: Cancel[] = [];
  #isUp = true;

  constructor(network: BusNetwork, clock: Clock) {
    this.#network = network;
    this.#clock = clock;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Loses the connection, or has it back. */
  set isUp(isUp: boolean) {
    if (this.#isUp === isUp) return;
    this.#isUp = isUp;
    if (!isUp) for (const fail of [...this.#waiting]) fail(new BusError("bus-down", "the connection was lost"));
    for (const watcher of [...this.#watchers]) watcher(isUp);
  }

  publish(subject: string, message: JsonObject): void {
    if (this.#isUp) this.#network.carry(subject, message, undefined);
  }

  subscribe(subject: string, onMessage: (message: JsonObject) => void, group?: string): Cancel {
    return this.#listen({ subject, group, answers: false, hear: onMessage });
  }

  request(subject: string, message: JsonObject, timeoutMs: number): Promise<JsonObject> {
    if (!this.#isUp) return Promise.reject(new BusError("bus-down", `${subject} cannot be asked`));
    const { promise, resolve, reject } = Promise.withResolvers<JsonObject>();
    const fail = (error: BusError) => reject(error);
    this.#waiting.add(fail);
    const late = () => fail(new BusError("node-silent", `no answer of ${subject} within ${timeoutMs} ms`));
    const cancel = this.#clock.schedule(timeoutMs, late);
    const isHeard = this.#network.carry(subject, message, (reply) => {
      // A reply to a node that has lost its connection is lost.
      if (this.#isUp) resolve(JSON.parse(JSON.stringify(reply)));
    });
    if (!isHeard) fail(new BusError("node-unknown", `nobody answers ${subject}`));
    return promise.then(readReply).finally(() => {
      this.#waiting.delete(fail);
      cancel();
    });
  }

  answer(subject: string, answer: Answerer, group?: string): Cancel {
    const hear: Listener["hear"] = (message, reply) => {
      void replyOf(answer, message).then((result) => this.#isUp && reply?.(result));
    };
    return this.#listen({ subject, group, answers: true, hear });
  }

  onChange(listener: (isUp: boolean) => void): Cancel {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  async close(): Promise<void> {
    this.isUp = false;
    this.#watchers.clear();
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
  }

  #listen(listener: Omit<Listener, "bus">): Cancel {
    const cancel = this.#network.add({ bus: this, ...listener });
    this.#cancels.push(cancel);
    return cancel;
  }
}
