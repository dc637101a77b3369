import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { NetStatus } from "../twins/node/network/net-status.ts";
import { type AirNetwork, type FoundNetwork, foundNetwork } from "./air.ts";

const SCAN_MS = 2000;
const JOIN_MS = 1500;
/** Nobody with this name answers; the firmware's build lets the radio try twice. */
const ABSENT_MS = 5000;
const REJECTED_MS = 6000;
/** An access point that says nothing for so long is gone. */
const BEACON_MS = 6000;

const STATION = 1;
const ACCESS_POINT = 2;
const PASSWORD_REJECTED = -1;

export interface WifiChipOptions {
  readonly clock: Clock;
  /** What the device knows about its connection. */
  readonly status: NetStatus;
  readonly networks: readonly AirNetwork[];
}

/** The radio of a device, among the networks around it. */
export class WifiChip {
  readonly #clock: Clock;
  readonly #status: NetStatus;
  /** Around the device; a test may let networks come and go with `appear` and `vanish`. */
  #networks: AirNetwork[];
  #joined: AirNetwork | undefined;
  #cancelJoin: Cancel | undefined;
  #cancelScan: Cancel | undefined;
  #cancelLoss: Cancel | undefined;
  mode = 0;
  /** Name of the network that the device makes. */
  hotspot: string | undefined;
  /** How deeply the radio sleeps, as the firmware has asked: 0 not, 1 least, 2 most. */
  radioSleep: number | undefined;
  /** Quarters of dBm, where the firmware has set them. */
  transmitPower: number | undefined;
  onEvent: (message: string, reason?: number) => void = () => {};

  constructor({ clock, status, networks }: WifiChipOptions) {
    this.#clock = clock;
    this.#status = status;
    this.#networks = [...networks];
  }

  /** Name of the network that the device is in. */
  get joined(): string | undefined {
    return this.#joined?.ssid;
  }

  appear(network: AirNetwork): void {
    this.#networks.push(network);
  }

  /** The network is switched off; who was in it notices after a while. */
  vanish(ssid: string): void {
    this.#networks = this.#networks.filter((network) => network.ssid !== ssid);
    if (this.#joined?.ssid !== ssid) return;
    this.#cancelLoss = this.#clock.schedule(BEACON_MS, () => {
      this.#leave();
      this.onEvent("disconnect", 0);
    });
  }

  setMode(mode: number): void {
    this.mode = mode;
    if (mode < ACCESS_POINT) this.hotspot = undefined;
    if (mode < STATION) this.disconnect();
  }

  /** @throws Error when one is under way */
  scan(showsHidden: boolean, onFound: (found: FoundNetwork[]) => void): void {
    if (this.#cancelScan) throw new Error("already scanning");
    // The radio cannot do both.
    if (this.#cancelJoin) throw new Error("scan request failed");
    this.mode ||= STATION;
    this.#cancelScan = this.#clock.schedule(SCAN_MS, () => {
      this.#cancelScan = undefined;
      onFound(this.#networks.map(foundNetwork).filter(({ ssid }) => showsHidden || ssid !== ""));
    });
  }

  stopScan(): void {
    this.#cancelScan?.();
    this.#cancelScan = undefined;
  }

  connect(ssid: string, password: string): void {
    this.disconnect();
    this.mode ||= STATION;
    const network = this.#networks.find((candidate) => candidate.ssid === ssid);
    const isRight = network && (network.password ?? "") === password;
    this.#cancelJoin = this.#clock.schedule(isRight ? JOIN_MS : network ? REJECTED_MS : ABSENT_MS, () => {
      this.#cancelJoin = undefined;
      if (isRight && this.#networks.includes(network)) this.#join(network);
      else this.onEvent("disconnect", network ? PASSWORD_REJECTED : 0);
    });
  }

  disconnect(): void {
    this.#cancelJoin?.();
    this.#cancelJoin = undefined;
    this.#leave();
  }

  openHotspot(ssid: string, isStation: boolean): void {
    this.mode = ACCESS_POINT | (isStation || (this.mode & STATION) !== 0 ? STATION : 0);
    this.hotspot = ssid;
  }

  /** As after a reset of the device; a connection that somebody else has made stays. */
  reset(): void {
    this.onEvent = () => {};
    this.stopScan();
    this.#cancelJoin?.();
    this.#cancelJoin = undefined;
    if (this.#joined) this.#leave();
    this.setMode(0);
  }

  #join(network: AirNetwork): void {
    this.#joined = network;
    const { ssid, rssi = -60, channel = 6 } = network;
    Object.assign(this.#status, { SSID: ssid, RSSI: rssi, CHANNEL: channel, IP: "10.0.0.2", DNS: ["10.0.0.1"] });
    this.onEvent("connect");
    this.onEvent("gotIP");
  }

  #leave(): void {
    this.#cancelLoss?.();
    this.#cancelLoss = undefined;
    if (!this.#joined) return;
    this.#joined = undefined;
    for (const key of ["SSID", "RSSI", "CHANNEL", "IP", "DNS"] as const) delete this.#status[key];
  }
}
