import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { Log } from "../log.ts";
import { type Answerer, type Bus, BusError } from "./bus.ts";
import { type NodeInfo, readNodeInfo } from "./node-info.ts";

/** ms between two signs of life of a node. */
export const HEARTBEAT_MS = 500;
/** ms without one after which a node is gone. */
export const LEASE_MS = 2_500;
/** ms for what a node answers by itself. */
export const QUICK_MS = 3_000;
/** ms that a node has to say that it is there, when it is asked. */
const ANSWER_MS = 400;
/** ms by which this process may be late to notice that it has not. */
const STILL_MS = 100;

export interface MembershipOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /** This node as it is now. */
  readonly self: () => NodeInfo;
}

/** Hears of other nodes. */
export interface NodeListener {
  /** A node is there that was not. */
  onCome?(node: NodeInfo): void;
  /** A known node has said how it is. */
  onState?(node: NodeInfo): void;
  /** A node has left, or is silent for too long. */
  onGo?(node: NodeInfo): void;
}

interface Known {
  info: NodeInfo;
  heardAt: number;
}

/** Which nodes there are, and how to ask one of them. */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #others = new Map<string, Known>();
  readonly #listeners = new Set<NodeListener>();
  readonly #asking = new Map<string, Set<(error: BusError) => void>>();
  #cancels: Cancel[] = [];
  #cancelBeat: Cancel = () => {};
  #beatAt = 0;
  #isStopped = false;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** Id of this node. */
  get id(): string {
    return this.#options.self().id;
  }

  get isUp(): boolean {
    return this.#options.bus.isUp;
  }

  /** Every node that can be seen now, this one first. */
  get all(): readonly NodeInfo[] {
    return [this.#options.self(), ...[...this.#others.values()].map(({ info }) => info)];
  }

  /** Another node; undefined when it is gone. */
  find(id: string): NodeInfo | undefined {
    return this.#others.get(id)?.info;
  }

  listen(listener: NodeListener): void {
    this.#listeners.add(listener);
  }

  /** Says that this node is there, and listens for the others. */
  start(): void {
    const { bus, clock } = this.#options;
    this.#cancels = [
      bus.subscribe("node.state", (message) => this.#hear(message)),
      bus.subscribe("node.bye", ({ id }) => this.#forget(String(id), "left")),
      bus.onChange((isUp) => isUp && this.tell()),
    ];
    this.answer("there", () => ({}));
    this.#beatAt = clock.now();
    this.tell();
    this.#beat();
  }

  /** Says how this node is, before it is time. */
  tell(): void {
    if (!this.#isStopped) this.#options.bus.publish("node.state", { ...this.#options.self() });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelBeat();
    for (const cancel of this.#cancels) cancel();
    this.#options.bus.publish("node.bye", { id: this.id });
  }

  /**
   * Asks another node.
   *
   * @throws BusError, as soon as the node is gone and in bounded time anyway; AppError with the code of what went wrong there
   */
  async ask(id: string, method: string, message: JsonObject, timeoutMs: number): Promise<JsonObject> {
    const gone = Promise.withResolvers<never>();
    const asking = this.#asking.get(id) ?? new Set();
    this.#asking.set(id, asking);
    asking.add(gone.reject);
    try {
      return await Promise.race([this.#options.bus.request(`node.${id}.${method}`, message, timeoutMs), gone.promise]);
    } finally {
      asking.delete(gone.reject);
      if (asking.size === 0) this.#asking.delete(id);
    }
  }

  /**
   * Whether a node answers now. Of one that was killed NATS knows at once that nobody listens, long before its silence tells. True
   * while nobody can be asked, and when this process stood still meanwhile: that says nothing of the other.
   */
  async answers(id: string): Promise<boolean> {
    if (id === this.id) return true;
    const { clock } = this.#options;
    const askedAt = clock.now();
    try {
      await this.ask(id, "there", {}, ANSWER_MS);
      return true;
    } catch (error) {
      if (!(error instanceof BusError)) return false;
      const stoodStill = error.code === "node-silent" && clock.now() - askedAt > ANSWER_MS + STILL_MS;
      return error.code === "bus-down" || stoodStill;
    }
  }

  /** Answers what others ask this node. */
  answer(method: string, answer: Answerer): void {
    this.#options.bus.answer(`node.${this.id}.${method}`, answer);
  }

  #hear(message: JsonObject): void {
    const info = readNodeInfo(message);
    if (!info || info.id === this.id || this.#isStopped) return;
    const known = this.#others.get(info.id);
    const heardAt = this.#options.clock.now();
    if (known) {
      known.heardAt = heardAt;
      known.info = info;
      for (const listener of this.#listeners) listener.onState?.(info);
      return;
    }
    // A node that was started again is not the one that had its name.
    for (const { info: other } of [...this.#others.values()]) {
      if (other.name === info.name) this.#forget(other.id, "was started again");
    }
    this.#others.set(info.id, { info, heardAt });
    this.#options.log.info({ node: info.name, roles: info.roles }, "a node has come");
    for (const listener of this.#listeners) listener.onCome?.(info);
    this.tell();
  }

  #beat(): void {
    const { clock } = this.#options;
    this.#cancelBeat = clock.schedule(HEARTBEAT_MS, () => {
      this.tell();
      const now = clock.now();
      // While this process stood still it heard nobody: that says nothing of the others.
      const stoodStill = now - this.#beatAt - HEARTBEAT_MS;
      this.#beatAt = now;
      for (const [id, known] of [...this.#others]) {
        if (stoodStill > HEARTBEAT_MS) known.heardAt += stoodStill;
        if (now - known.heardAt > LEASE_MS) this.#forget(id, "is silent");
      }
      this.#beat();
    });
  }

  #forget(id: string, why: string): void {
    const known = this.#others.get(id);
    if (!known) return;
    this.#others.delete(id);
    this.#options.log.warn({ node: known.info.name }, `a node ${why}`);
    const error = new BusError("node-unknown", `node ${known.info.name} ${why}`);
    for (const fail of [...(this.#asking.get(id) ?? [])]) fail(error);
    for (const listener of this.#listeners) listener.onGo?.(known.info);
  }
}
