import type { Clock } from "../../protocol/clock.ts";
import { type Door, nodeFor } from "./assignment.ts";
import { deviceKey } from "./device-key.ts";
import type { Membership } from "./membership.ts";
import type { NodeInfo } from "./node-info.ts";

/** ms within which a device that asks again, and has come nowhere, could not reach the node that it was given. */
const AGAIN_MS = 60_000;
/** ms for which a node's answer holds: devices of one that has died ask all at once. */
const HOLDS_MS = 100;
/** Devices that are remembered between being sent to a node and coming there. */
const MAX_DEVICES = 20_000;

export interface PlacementOptions {
  readonly clock: Clock;
  readonly membership: Pick<Membership, "all" | "answers">;
}

interface Sent {
  readonly at: number;
  /** Ids of nodes. */
  readonly to: Set<string>;
}

/**
 * Which node a device is told to go to: the one that its id chooses, unless that one does not answer now, or the device asks again
 * because it could not reach it. Then the next best, without waiting until the silence of a node says that it is gone.
 */
export class Placement {
  readonly #options: PlacementOptions;
  /** By door and device; who was sent last is last. */
  readonly #sent = new Map<string, Sent>();
  readonly #answers = new Map<string, Promise<boolean>>();

  constructor(options: PlacementOptions) {
    this.#options = options;
  }

  /** A device has come to a node: what it was told was right. */
  came(deviceId: string): void {
    for (const door of ["websocket", "mqtt"] as const) this.#sent.delete(sentKey(deviceId, door));
  }

  /** The node for a device; undefined when none can take it. */
  async nodeFor(deviceId: string, door: Door): Promise<NodeInfo | undefined> {
    const { all } = this.#options.membership;
    const key = sentKey(deviceId, door);
    const vain = this.#vain(key);
    const untried = all.filter(({ id }) => !vain.has(id));
    const found = await this.#livingNode(deviceId, untried, door);
    if (found) this.#remember(key, found, vain);
    else this.#sent.delete(key);
    // Where it has been everywhere in vain, or nobody answers, it may try anew.
    return found ?? nodeFor(deviceId, all, door);
  }

  async #livingNode(deviceId: string, nodes: readonly NodeInfo[], door: Door): Promise<NodeInfo | undefined> {
    const found = nodeFor(deviceId, nodes, door);
    if (!found || (await this.#isThere(found.id))) return found;
    return this.#livingNode(
      deviceId,
      nodes.filter((node) => node !== found),
      door,
    );
  }

  #isThere(node: string): Promise<boolean> {
    const known = this.#answers.get(node);
    if (known) return known;
    const { clock, membership } = this.#options;
    const asked = membership.answers(node);
    this.#answers.set(node, asked);
    void asked.then(() => clock.schedule(HOLDS_MS, () => this.#answers.delete(node)));
    return asked;
  }

  /** Nodes to which a device was sent just now, without coming to any. */
  #vain(key: string): ReadonlySet<string> {
    const sent = this.#sent.get(key);
    return sent && this.#options.clock.now() - sent.at < AGAIN_MS ? sent.to : new Set();
  }

  #remember(key: string, { id }: NodeInfo, before: ReadonlySet<string>): void {
    this.#sent.delete(key);
    this.#sent.set(key, { at: this.#options.clock.now(), to: new Set([...before, id]) });
    if (this.#sent.size <= MAX_DEVICES) return;
    const [oldest] = this.#sent.keys();
    this.#sent.delete(oldest as string);
  }
}

function sentKey(deviceId: string, door: Door): string {
  return `${door} ${deviceKey(deviceId)}`;
}
