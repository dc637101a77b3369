import WiFi from "wifi";
import type { Cancel, Clock } from "../../../protocol/clock.ts";
import { contained } from "../../system/contained.ts";
import { log, reason } from "../../system/log.ts";

/** A network as the radio finds it. */
export interface SeenNetwork {
  readonly ssid: string;
  /** dBm */
  readonly rssi: number;
  /** `none` for an open one. */
  readonly authentication: string;
  readonly channel: number;
  readonly bssid: ArrayBuffer;
}

export interface Credentials {
  readonly ssid: string;
  /** "" for an open network. */
  readonly password: string;
  /** Joins this access point only. */
  readonly at?: { readonly bssid: ArrayBuffer; readonly channel: number };
}

/** How an attempt to join a network ended. */
export type JoinResult = "joined" | "wrong-password" | "failed" | "timeout";

/** With a hundred networks around, the strongest are enough, and memory is short. */
const MAX_SEEN = 64;
const SCAN_MS = 10_000;
/** What the SDK gives beside `disconnect` when the password was not right. */
const PASSWORD_REJECTED = -1;

/** The device's radio: looks around, joins a network, and makes one of its own beside that. */
export class Wifi {
  readonly #clock: Clock;
  #radio: WiFi | undefined;
  #settleJoin: ((result: JoinResult) => void) | undefined;
  #isJoined = false;
  #looking: Promise<readonly SeenNetwork[]> | undefined;

  /** The network that was joined is gone. */
  onLost: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The networks around, strongest first; none when the radio cannot look now. Who asks meanwhile gets the same. */
  scan(): Promise<readonly SeenNetwork[]> {
    this.#start();
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  #look(): Promise<readonly SeenNetwork[]> {
    return new Promise((resolve) => {
      const seen: SeenNetwork[] = [];
      const cancel = this.#clock.schedule(SCAN_MS, () => end());
      const end = () => {
        cancel();
        resolve(seen);
      };
      try {
        WiFi.scan({ hidden: false }, (found) => contained("wifi scan", () => (found ? keep(seen, found) : end())));
      } catch (error) {
        log.warn("no scan now", { reason: reason(error) });
        end();
      }
    });
  }

  /** Joins a network; an earlier one is left, and an attempt that is under way fails. */
  join({ ssid, password, at }: Credentials, timeoutMs: number): Promise<JoinResult> {
    this.#start();
    this.#settle("failed");
    return new Promise((resolve) => {
      let cancel: Cancel = () => {};
      this.#settleJoin = (result) => {
        this.#settleJoin = undefined;
        this.#isJoined = result === "joined";
        cancel();
        resolve(result);
      };
      cancel = this.#clock.schedule(timeoutMs, () => this.#settle("timeout"));
      try {
        WiFi.connect({ ssid, ...(password !== "" && { password }), ...at });
      } catch (error) {
        log.warn("network not joined", { reason: reason(error) });
        this.#settle("failed");
      }
    });
  }

  leave(): void {
    this.#isJoined = false;
    this.#settle("failed");
    contained("wifi", () => WiFi.disconnect());
  }

  /**
   * Makes an open network, in which the device has the address 192.168.4.1; it may join another one meanwhile.
   *
   * @throws Error when the radio cannot
   */
  openHotspot(ssid: string): void {
    this.#start();
    WiFi.accessPoint({ ssid, station: true, max: 4 });
  }

  closeHotspot(): void {
    contained("wifi", () => {
      WiFi.mode = WiFi.Mode.station;
    });
  }

  #start(): void {
    if (this.#radio) return;
    WiFi.mode = WiFi.Mode.station;
    this.#radio = new WiFi(undefined, (message, why) => contained("wifi", () => this.#notified(message, why)));
  }

  #notified(message: string, why: number | undefined): void {
    if (message === WiFi.gotIP) this.#settle("joined");
    if (message !== WiFi.disconnected) return;
    if (this.#settleJoin) return this.#settle(why === PASSWORD_REJECTED ? "wrong-password" : "failed");
    if (!this.#isJoined) return;
    this.#isJoined = false;
    this.onLost?.();
  }

  #settle(result: JoinResult): void {
    this.#settleJoin?.(result);
  }
}

/** Each name once, by its strongest access point; those without a name can only be joined by name. */
function keep(seen: SeenNetwork[], { ssid, rssi, authentication, channel, bssid }: SeenNetwork): void {
  if (ssid === "") return;
  const known = seen.findIndex((network) => network.ssid === ssid);
  if (known >= 0) {
    if ((seen[known] as SeenNetwork).rssi >= rssi) return;
    seen.splice(known, 1);
  }
  const place = seen.findIndex((network) => network.rssi < rssi);
  seen.splice(place < 0 ? seen.length : place, 0, { ssid, rssi, authentication, channel, bssid });
  if (seen.length > MAX_SEEN) seen.pop();
}
