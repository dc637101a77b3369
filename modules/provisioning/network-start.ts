import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { JoinResult, SeenNetwork, Wifi } from "../io/wifi/wifi.ts";
import type { StateMachine } from "../session/state-machine.ts";
import { contained } from "../system/contained.ts";
import { log } from "../system/log.ts";
import { Hotspot, type HotspotParts, PORTAL_URL } from "./hotspot.ts";
import type { SavedNetwork } from "./saved-networks.ts";
import { Station, type StationParts } from "./station.ts";

export interface NetworkStartParts
  extends Pick<HotspotParts, "saved" | "advanced" | "searchServer">,
    Pick<StationParts, "onStep"> {
  readonly clock: Clock;
  readonly machine: StateMachine;
  readonly wifi: Wifi;
  /** Lower case with colons; the hotspot's name ends with it. */
  readonly deviceId: string;
  /** Whether the device has an address, for whatever reason. */
  readonly isConnected: () => boolean;
  /** The device is in a network, for the first time or again after its configuration. */
  readonly onReady: () => void;
  /** The page is open. */
  readonly onConfiguring: (hotspot: string, url: string) => void;
}

/** So long a device that has networks looks for them before it asks for another. */
const SEARCH_MS = 60_000;
const JOIN_MS = 20_000;
/** What was joined is told first. */
const LEAVE_MS = 200;

/** `Xiaozhi-` and the last two bytes of the hardware address, as on every device of this ecosystem. */
export function hotspotName(deviceId: string): string {
  return `Xiaozhi-${deviceId.split(":").slice(-2).join("").toUpperCase()}`;
}

/**
 * Gets the device into a network: a saved one, or the one that a user gives it on the page of its own network. A device
 * that something else has connected already is left as it is.
 */
export class NetworkStart {
  readonly #parts: NetworkStartParts;
  /** Made when they are needed: a device that is connected has better use for the memory. */
  #station: Station | undefined;
  #hotspot: Hotspot | undefined;
  #cancelSearch: Cancel | undefined;
  #isReady = false;

  constructor(parts: NetworkStartParts) {
    this.#parts = parts;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  start(): void {
    const { machine, isConnected, saved } = this.#parts;
    machine.move("starting");
    if (isConnected()) this.#joined();
    else if (saved.list.length === 0) this.configure();
    else this.#search();
  }

  /**
   * Opens the page: because the user wants it, or because no saved network is near; then the device goes on by itself
   * once one is. False in a state from which that is not possible; the user then has to end what is going on.
   */
  configure({ isWanted = true } = {}): boolean {
    const { machine, deviceId, onConfiguring } = this.#parts;
    if (this.#hotspot) return true;
    if (!machine.move("wifi_configuring")) return false;
    this.#isReady = false;
    this.#cancelSearch?.();
    this.#station?.stop();
    const name = hotspotName(deviceId);
    contained("hotspot", () => {
      const leave = () => this.#leaveConfiguration();
      this.#hotspot = new Hotspot({ ...this.#parts, onExit: leave, onSavedSeen: leave });
      this.#hotspot.open(name, { staysOpen: isWanted });
      log.info("hotspot open", { ssid: name, url: PORTAL_URL });
      onConfiguring(name, PORTAL_URL);
    });
    return true;
  }

  /** The networks around, strongest first. */
  async look(): Promise<readonly SeenNetwork[]> {
    const seen = this.#hotspot?.seen ?? [];
    return seen.length > 0 ? seen : this.#parts.wifi.scan();
  }

  /** Tries a network that somebody gives the device by another way than the page; keeps it when it could be joined. */
  async adopt(network: SavedNetwork): Promise<JoinResult> {
    const { wifi, saved, clock } = this.#parts;
    const hotspot = this.#hotspot;
    this.#cancelSearch?.();
    this.#station?.stop();
    const result = await (hotspot ? hotspot.tryNetwork(network) : wifi.join(network, JOIN_MS));
    if (result === "joined") saved.add(network);
    if (hotspot) {
      if (result === "joined") clock.schedule(LEAVE_MS, () => this.#leaveConfiguration());
    } else if (result === "joined") {
      this.#watch().keep();
      this.#joined();
    } else if (this.#isReady) this.#watch().start();
    else this.#search();
    return result;
  }

  #search(): void {
    this.#cancelSearch = this.#parts.clock.schedule(SEARCH_MS, () => {
      if (!this.#isReady) this.configure({ isWanted: false });
    });
    this.#watch().start();
  }

  #watch(): Station {
    const { advanced } = this.#parts;
    this.#station ??= new Station({
      ...this.#parts,
      pinsAccessPoint: () => advanced.remembersBssid,
      onJoined: () => this.#joined(),
    });
    return this.#station;
  }

  #leaveConfiguration(): void {
    if (!this.#hotspot) return;
    this.#hotspot.close();
    this.#hotspot = undefined;
    log.info("hotspot closed");
    this.#search();
  }

  #joined(): void {
    this.#cancelSearch?.();
    this.#cancelSearch = undefined;
    if (this.#isReady) return;
    this.#isReady = true;
    this.#parts.onReady();
  }
}
