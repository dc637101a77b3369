import { randomBytes } from "node:crypto";
import type { Clock } from "../../protocol/clock.ts";
import type { OwnCalls } from "../gateway/calls/call-contract.ts";
import type { Log } from "../log.ts";
import type { Door } from "./assignment.ts";
import type { Bus } from "./bus.ts";
import { Membership } from "./membership.ts";
import type { NodeInfo } from "./node-info.ts";
import { Placement } from "./placement.ts";
import { Presence } from "./presence.ts";
import { RemoteCalls } from "./remote-calls.ts";
import { type OwnDevices, RemoteDevices } from "./remote-devices.ts";
import { RemoteLive, type WatchDevice } from "./remote-live.ts";
import { type PairRelay, ToolPairs } from "./tool-pairs.ts";

export interface NodesOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /** What people call this node. */
  readonly name: string;
  /** This node as it is now, but for what is counted here. */
  readonly self: () => Omit<NodeInfo, "id" | "name" | "devices" | "version">;
  readonly own: OwnDevices;
  /** Calls between devices, where there is a gateway. */
  readonly ownCalls?: OwnCalls | undefined;
  /** ms that a tool may take. */
  readonly toolMs: () => number;
  readonly watchOwn: WatchDevice;
  /** Reads the agents of the database anew: another node has changed them. */
  readonly refreshAgents: () => Promise<void>;
  /** The MCP endpoint, where there is one. */
  readonly relay?: PairRelay | undefined;
}

/** This server among others: who they are, which devices they have, and what may be asked of them. */
export class Nodes {
  readonly #options: NodesOptions;
  readonly #membership: Membership;
  /** Which device is where. */
  readonly presence: Presence;
  readonly devices: RemoteDevices;
  readonly live: RemoteLive;
  readonly calls: RemoteCalls;
  readonly #pairs: ToolPairs | undefined;
  readonly #placement: Placement;
  /** Another one after each start. */
  readonly id: string;

  constructor(options: NodesOptions) {
    const { bus, clock, log, name, self, own, toolMs, watchOwn } = options;
    this.#options = options;
    this.id = `${name.replaceAll(/[^\w-]/g, "-")}-${randomBytes(4).toString("hex")}`;
    this.#membership = new Membership({
      ...{ bus, clock, log },
      self: () => ({
        ...self(),
        ...{ id: this.id, name, devices: this.presence.local.size, version: this.presence.version },
      }),
    });
    this.live = new RemoteLive({ bus, clock, node: this.id, presence: () => this.presence, watchOwn });
    this.#placement = new Placement({ clock, membership: this.#membership });
    const onCame = (deviceId: string) => this.#placement.came(deviceId);
    const onLost = (deviceId: string) => this.live.lose(deviceId);
    this.presence = new Presence({ bus, membership: this.#membership, clock, log, onCame, onLost });
    const { relay, ownCalls } = options;
    const { presence } = this;
    this.calls = new RemoteCalls({ bus, log, membership: this.#membership, presence, own: ownCalls });
    if (relay) this.#pairs = new ToolPairs({ bus, clock, log, membership: this.#membership, relay });
    this.devices = new RemoteDevices({ membership: this.#membership, presence: this.presence, own, toolMs });
  }

  /** Every node that can be seen now, this one first. */
  get all(): readonly NodeInfo[] {
    return this.#membership.all;
  }

  /** Whether the others can be reached. */
  get isUp(): boolean {
    return this.#options.bus.isUp;
  }

  start(): void {
    const { bus, log, refreshAgents } = this.#options;
    this.presence.start();
    this.devices.start();
    this.live.start();
    this.calls.start();
    this.#pairs?.start();
    bus.subscribe("agents.changed", ({ node }) => {
      if (node === this.id) return;
      refreshAgents().catch((error: unknown) =>
        log.warn({ error }, "what another node has changed cannot be read yet"),
      );
    });
    this.#membership.start();
  }

  stop(): void {
    this.live.stop();
    this.calls.stop();
    this.#pairs?.stop();
    this.#membership.stop();
  }

  /** Tells the others how this node is, before it is time. */
  tell(): void {
    this.#membership.tell();
  }

  /** Tells the others that agents, models, parameters or bound devices were changed in the database. */
  tellOfAgents(): void {
    this.#options.bus.publish("agents.changed", { node: this.id });
  }

  /** The node that a device is to go to, and can reach as far as is known; undefined when none can take it. */
  nodeFor(deviceId: string, door: Door): Promise<NodeInfo | undefined> {
    return this.#placement.nodeFor(deviceId, door);
  }
}
