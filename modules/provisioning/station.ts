import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { Credentials, SeenNetwork, Wifi } from "../io/wifi/wifi.ts";
import { detached } from "../system/contained.ts";
import { log } from "../system/log.ts";
import type { SavedNetwork, SavedNetworks } from "./saved-networks.ts";

export interface StationParts {
  readonly clock: Clock;
  readonly wifi: Wifi;
  readonly saved: SavedNetworks;
  /** Joins the strongest access point of a network and no other. */
  readonly pinsAccessPoint: () => boolean;
  /** What it does now, for the user. */
  readonly onStep?: (step: "scanning" | "joining" | "joined", ssid?: string) => void;
  /** Each time that a network was joined. */
  readonly onJoined: (ssid: string) => void;
}

const FIRST_DELAY_MS = 10_000;
const MAX_DELAY_MS = 300_000;
const JOIN_MS = 20_000;

/** Keeps the device in one of its networks: the strongest of those that it sees, then those that hide their names. */
export class Station {
  readonly #parts: StationParts;
  #delayMs = FIRST_DELAY_MS;
  #cancelRetry: Cancel | undefined;
  /** Counts up with each start and stop, so that what is under way notices. */
  #run = 0;
  #isRunning = false;

  constructor(parts: StationParts) {
    this.#parts = parts;
    parts.wifi.onLost = () => this.#lost();
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  start(): void {
    if (this.#isRunning) return;
    this.keep();
    this.#attempt();
  }

  /** Keeps the device in the network that somebody else has joined. */
  keep(): void {
    this.#isRunning = true;
    this.#delayMs = FIRST_DELAY_MS;
  }

  /** Ends the search; a connection that stands stays. */
  stop(): void {
    this.#isRunning = false;
    this.#run++;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  #lost(): void {
    if (!this.#isRunning) return;
    log.warn("network lost, searching");
    this.#attempt();
  }

  #attempt(): void {
    const run = ++this.#run;
    detached("wifi", this.#search(run));
  }

  async #search(run: number): Promise<void> {
    const { wifi, saved, onJoined, onStep } = this.#parts;
    onStep?.("scanning");
    const seen = await wifi.scan();
    for (const network of orderOf(saved.list, seen)) {
      if (run !== this.#run) return;
      onStep?.("joining", network.ssid);
      const result = await wifi.join(this.#credentials(network, seen), JOIN_MS);
      if (run !== this.#run) return;
      log.info("network", { ssid: network.ssid, result });
      if (result !== "joined") continue;
      this.#delayMs = FIRST_DELAY_MS;
      onStep?.("joined", network.ssid);
      return onJoined(network.ssid);
    }
    if (run !== this.#run) return;
    log.warn("no network joined", { seen: seen.length, retryMs: this.#delayMs });
    this.#cancelRetry = this.#parts.clock.schedule(this.#delayMs, () => this.#attempt());
    this.#delayMs = Math.min(this.#delayMs * 2, MAX_DELAY_MS);
  }

  #credentials(network: SavedNetwork, seen: readonly SeenNetwork[]): Credentials {
    const at = this.#parts.pinsAccessPoint() ? seen.find(({ ssid }) => ssid === network.ssid) : undefined;
    return { ...network, ...(at && { at: { bssid: at.bssid, channel: at.channel } }) };
  }
}

/** Saved networks in the order in which to try them: a network that hides its name is never seen. */
function orderOf(saved: readonly SavedNetwork[], seen: readonly SeenNetwork[]): readonly SavedNetwork[] {
  const near = seen.flatMap(({ ssid }) => saved.filter((network) => network.ssid === ssid));
  return [...near, ...saved.filter((network) => !near.includes(network))];
}
