import type { Clock } from "../../protocol/clock.ts";
import { isObject, type JsonObject } from "../../protocol/json.ts";
import type { Log } from "../log.ts";
import type { Bus } from "./bus.ts";
import { deviceKey, hashOf } from "./device-key.ts";
import { LocalDevices } from "./local-devices.ts";
import type { Membership } from "./membership.ts";
import type { NodeInfo } from "./node-info.ts";

/** Devices in one message of a list, unless told otherwise: about 300 KB. */
const PART_DEVICES = 10_000;
/** ms that a node has to say which devices it has. */
const LIST_MS = 5_000;
/** ms within which two nodes that have the same device cannot tell who had it first. */
const TIE_MS = 1_000;

export interface PresenceOptions {
  readonly bus: Bus;
  readonly membership: Membership;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of devices that come, to whatever node. */
  readonly onCame?: (deviceId: string) => void;
  /** Hears of devices whose node has gone. */
  readonly onLost?: (deviceId: string) => void;
  /** Devices in one message of a list. */
  readonly partDevices?: number;
}

interface Elsewhere {
  readonly id: string;
  readonly node: string;
  readonly since: number;
}

/** What is known of the devices of another node. */
interface NodeView {
  /** Its count of arrivals and departures that has been seen; undefined until its list was read. */
  version: number | undefined;
  /** What came while its list was being read. */
  waiting: JsonObject[] | undefined;
  readonly keys: Set<string>;
}

/**
 * Which device is at which node. Each node says who comes and goes, numbered; where a number is missing, its list is read
 * anew. Of two nodes that have the same device, the one that had it first lets go: a device has moved, and cannot be asked.
 */
export class Presence {
  readonly #options: PresenceOptions;
  readonly #elsewhere = new Map<string, Elsewhere>();
  readonly #views = new Map<string, NodeView>();
  #version = 0;
  /** The devices of this node. */
  readonly local: LocalDevices;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.local = new LocalDevices(options.clock, {
      onCome: (id) => this.#tell("device.came", id),
      onGo: (id) => this.#tell("device.went", id),
    });
  }

  /** Counts the arrivals and departures here. */
  get version(): number {
    return this.#version;
  }

  /** Ids of the devices at other nodes. */
  *others(): Generator<string, void, undefined> {
    for (const { id } of this.#elsewhere.values()) yield id;
  }

  /** The node that has a device, if it is another one. */
  nodeOf(deviceId: string): string | undefined {
    return this.#elsewhere.get(deviceKey(deviceId))?.node;
  }

  start(): void {
    const { bus, membership } = this.#options;
    bus.subscribe("device.came", (message) => this.#hear(message));
    bus.subscribe("device.went", (message) => this.#hear(message));
    membership.answer("devices", (message) => this.#list(message));
    membership.listen({
      onCome: (node) => this.#meet(node),
      onState: (node) => this.#compare(node),
      onGo: ({ id }) => this.#forgetNode(id),
    });
  }

  #tell(subject: "device.came" | "device.went", device: string): void {
    this.#version++;
    const node = this.#options.membership.id;
    const from = this.nodeOf(device) ?? "";
    const comes = subject === "device.came";
    if (comes) this.#options.onCame?.(device);
    this.#options.bus.publish(subject, { node, version: this.#version, device, comes, from });
  }

  /** The devices of this node, in parts that each take one message. */
  #list({ part, parts }: JsonObject): JsonObject {
    const { partDevices = PART_DEVICES } = this.#options;
    const count = Math.max(1, Number(parts ?? Math.ceil(this.local.size / partDevices)) || 1);
    const wanted = Number(part ?? 0);
    const devices = [...this.local.ages()].filter(([id]) => count === 1 || hashOf(deviceKey(id)) % count === wanted);
    return { version: this.#version, parts: count, devices };
  }

  #meet(node: NodeInfo): void {
    this.#views.set(node.id, { version: undefined, waiting: undefined, keys: new Set() });
    void this.#read(node.id);
  }

  /** What a node has said before it says how it is, has been heard: a number that differs is one that was lost. */
  #compare({ id, version }: NodeInfo): void {
    const view = this.#views.get(id);
    if (view && !view.waiting && view.version !== version) void this.#read(id);
  }

  #hear(message: JsonObject): void {
    const node = String(message["node"]);
    const view = this.#views.get(node);
    if (!view || node === this.#options.membership.id) return;
    if (view.waiting) view.waiting.push(message);
    else if (message["version"] === (view.version ?? 0) + 1 && view.version !== undefined) {
      view.version++;
      this.#apply(node, view, message);
    } else void this.#read(node);
  }

  #apply(node: string, view: NodeView, { device, comes, from }: JsonObject): void {
    if (typeof device !== "string") return;
    if (comes !== true) return this.#remove(node, view, deviceKey(device));
    this.#place(node, view, device, 0);
    this.#options.onCame?.(device);
    // It knew that the device was here: it has it from us.
    if (from === this.#options.membership.id) this.#yield(device);
    else this.#settle(node, device, 0);
  }

  /** Reads the list of a node, and then what it has said meanwhile. */
  async #read(node: string): Promise<void> {
    const view = this.#views.get(node);
    if (!view || view.waiting) return;
    view.waiting = [];
    try {
      const { version, devices } = await this.#fetch(node);
      if (this.#views.get(node) !== view) return;
      const kept = new Set(devices.map(([id]) => deviceKey(id)));
      for (const key of [...view.keys]) if (!kept.has(key)) this.#remove(node, view, key);
      for (const [id, ageMs] of devices) {
        this.#place(node, view, id, ageMs);
        this.#settle(node, id, ageMs);
      }
      view.version = version;
    } catch (error) {
      // Its next sign of life leads here again.
      this.#options.log.warn(
        { node: this.#options.membership.find(node)?.name, error },
        "a node's devices are unknown",
      );
      view.version = undefined;
    }
    const waiting = view.waiting;
    view.waiting = undefined;
    for (const message of waiting) {
      if (Number(message["version"]) > (view.version ?? Number.POSITIVE_INFINITY)) this.#hear(message);
    }
  }

  /** @throws BusError */
  async #fetch(node: string): Promise<{ version: number; devices: (readonly [id: string, ageMs: number])[] }> {
    const { membership } = this.#options;
    const first = await membership.ask(node, "devices", {}, LIST_MS);
    const parts = Number(first["parts"] ?? 1);
    const answers = [first];
    if (parts > 1) {
      answers.length = 0;
      for (let part = 0; part < parts; part++) {
        answers.push(await membership.ask(node, "devices", { part, parts }, LIST_MS));
      }
    }
    // What happened between two parts is told once more, which does no harm.
    const version = Math.min(...answers.map((answer) => Number(answer["version"])));
    return { version, devices: answers.flatMap(({ devices }) => readAges(devices)) };
  }

  #place(node: string, view: NodeView, id: string, ageMs: number): void {
    const key = deviceKey(id);
    const since = this.#options.clock.now() - ageMs;
    const known = this.#elsewhere.get(key);
    view.keys.add(key);
    if (known && known.node !== node && known.since > since) return;
    this.#elsewhere.set(key, { id, node, since });
  }

  /** This node and another have the same device: the one that had it first lets go, exactly one of the two. */
  #settle(node: string, id: string, ageMs: number): void {
    const ownAge = this.local.ageOf(id);
    if (ownAge === undefined) return;
    const isTie = Math.abs(ownAge - ageMs) <= TIE_MS;
    const isOurs = isTie ? this.#options.membership.id < node : ownAge < ageMs;
    if (!isOurs) this.#yield(id);
  }

  #yield(id: string): void {
    if (!this.local.has(id)) return;
    this.#options.log.info({ device: id }, "the device is at another node now");
    this.local.drop(id);
  }

  #remove(node: string, view: NodeView, key: string): void {
    view.keys.delete(key);
    if (this.#elsewhere.get(key)?.node === node) this.#elsewhere.delete(key);
  }

  #forgetNode(node: string): void {
    const view = this.#views.get(node);
    this.#views.delete(node);
    for (const key of view?.keys ?? []) {
      const lost = this.#elsewhere.get(key);
      if (lost?.node !== node) continue;
      this.#elsewhere.delete(key);
      this.#options.onLost?.(lost.id);
    }
  }
}

function readAges(list: unknown): (readonly [id: string, ageMs: number])[] {
  const entries = Array.isArray(list) ? list : isObject(list) ? Object.values(list) : [];
  return entries.flatMap((entry: unknown) =>
    Array.isArray(entry) && typeof entry[0] === "string" && Number(entry[1]) >= 0 ? [[entry[0], Number(entry[1])]] : [],
  );
}
