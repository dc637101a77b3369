import type { Cancel, Clock } from "../../protocol/clock.ts";
import { isObject, type JsonObject } from "../../protocol/json.ts";
import type { Bus } from "./bus.ts";
import { deviceKey } from "./device-key.ts";
import type { Presence } from "./presence.ts";

/** ms between two words of somebody who still looks. */
const LOOK_MS = 10_000;
/** ms without one after which nobody looks any more. */
const LEASE_MS = 25_000;

/** Tells what a device of this node does, beginning with its state. */
export type WatchDevice = (deviceId: string, listener: (event: JsonObject) => void) => Cancel;

export interface RemoteLiveOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  /** Id of this node. */
  readonly node: string;
  readonly presence: () => Presence;
  readonly watchOwn: WatchDevice;
}

interface Watcher {
  readonly device: string;
  readonly listener: (event: JsonObject) => void;
}

/** What devices do, for those who look at them from another node. */
export class RemoteLive {
  readonly #options: RemoteLiveOptions;
  readonly #watchers = new Set<Watcher>();
  /** Devices that are shown to other nodes, as long as these ask. */
  readonly #shown = new Map<string, Cancel>();

  constructor(options: RemoteLiveOptions) {
    this.#options = options;
  }

  start(): void {
    const { bus, node } = this.#options;
    bus.subscribe("live.watch", ({ node: from, device }) => {
      if (from !== node && typeof device === "string") this.#show(device);
    });
    bus.subscribe("live.event", ({ node: from, device, event }) => {
      if (from !== node && typeof device === "string" && isObject(event)) this.#tell(device, event);
    });
  }

  stop(): void {
    for (const cancel of [...this.#shown.values()]) cancel();
    this.#shown.clear();
  }

  /** Tells what a device does, wherever it is; gives what ends that. */
  readonly watch: WatchDevice = (device, listener) => {
    const watcher = { device: deviceKey(device), listener };
    this.#watchers.add(watcher);
    const endOwn = this.#options.watchOwn(device, (event) => {
      if (!this.#isStale(device, event)) listener(event);
    });
    const endAsking = this.#askFor(device);
    return () => {
      this.#watchers.delete(watcher);
      endAsking();
      endOwn();
    };
  };

  /** The node of a device is gone. */
  lose(device: string): void {
    this.#tell(device, { type: "state", at: Math.floor(this.#options.clock.now()), state: "offline", session: null });
  }

  #askFor(device: string): Cancel {
    const { bus, clock, node } = this.#options;
    let cancel: Cancel = () => {};
    const ask = () => {
      bus.publish("live.watch", { node, device });
      cancel = clock.schedule(LOOK_MS, ask);
    };
    ask();
    return () => cancel();
  }

  #show(device: string): void {
    const { bus, clock, node, watchOwn } = this.#options;
    const key = deviceKey(device);
    // Who begins to look wants to know the state.
    this.#shown.get(key)?.();
    let isFirst = true;
    const end = watchOwn(device, (event) => {
      const isNews = !isFirst || event["state"] !== "offline";
      isFirst = false;
      if (isNews && !this.#isStale(device, event)) bus.publish("live.event", { node, device, event });
    });
    const cancelLease = clock.schedule(LEASE_MS, () => cancel());
    const cancel = () => {
      cancelLease();
      end();
      if (this.#shown.get(key) === cancel) this.#shown.delete(key);
    };
    this.#shown.set(key, cancel);
  }

  #tell(device: string, event: JsonObject): void {
    const key = deviceKey(device);
    for (const watcher of this.#watchers) if (watcher.device === key) watcher.listener(event);
  }

  /** That a device has left here says nothing when it is elsewhere. */
  #isStale(device: string, event: JsonObject): boolean {
    return event["state"] === "offline" && this.#options.presence().nodeOf(device) !== undefined;
  }
}
