import { call, register, release } from "host";

interface Credentials {
  ssid?: string;
  password?: string;
  bssid?: ArrayBuffer;
  channel?: number;
}

interface Found {
  ssid: string;
  rssi: number;
  channel: number;
  hidden: boolean;
  bssid: ArrayBuffer;
  authentication: string;
}

type Notify = (message: string, reason?: number) => void;
type OnFound = (found: Found | null) => void;

/** A scan that is under way; Node calls it with all that was found. */
class Scan {
  readonly #id: number;
  readonly #callback: OnFound;

  constructor(hidden: boolean, callback: OnFound) {
    this.#callback = callback;
    this.#id = register(this);
    call("wifi.scan", this.#id, hidden);
  }

  $found(found: readonly (Omit<Found, "bssid"> & { bssid: number[] })[]): void {
    release(this.#id);
    for (const network of found) {
      this.#callback.call(globalThis, { ...network, bssid: Uint8Array.from(network.bssid).buffer });
    }
    this.#callback.call(globalThis, null);
  }
}

/** Twin of the SDK's older `wifi` on ESP32: one radio that is in a network, makes one of its own, or both. */
export default class WiFi {
  static readonly Mode = Object.freeze({ off: -5, none: 0, station: 1, accessPoint: 2 });
  static readonly gotIP = "gotIP";
  static readonly lostIP = "lostIP";
  static readonly connected = "connect";
  static readonly disconnected = "disconnect";
  #id: number | undefined;
  #onNotify: Notify | undefined;

  constructor(dictionary?: Credentials, onNotify?: Notify) {
    if (dictionary) WiFi.connect(dictionary);
    if (!onNotify) return;
    this.#onNotify = onNotify;
    this.#id = register(this);
    call("wifi.watch", this.#id);
  }

  static get mode(): number {
    return call("wifi.mode");
  }

  static set mode(mode: number) {
    if (![-5, 0, 1, 2, 3].includes(mode)) throw new Error("invalid mode");
    call("wifi.setMode", mode);
  }

  static scan(options?: { hidden?: boolean }, callback?: OnFound): void {
    if (options === undefined) call("wifi.stopScan");
    else if (!callback) throw new Error("invalid");
    else new Scan(options.hidden === true, callback);
  }

  /** Without credentials leaves the network. */
  static connect(credentials?: Credentials): void {
    if (!credentials) {
      call("wifi.disconnect");
      return;
    }
    const { ssid, password = "", bssid, channel } = credentials;
    if (!ssid) throw new Error("ssid required");
    if (ArrayBuffer.fromString(ssid).byteLength > 32) throw new Error("ssid too long - 32 bytes max");
    if (ArrayBuffer.fromString(password).byteLength > 64) throw new Error("password too long - 64 bytes max");
    if (bssid && bssid.byteLength !== 6) throw new Error("bssid must be 6 bytes");
    if (channel !== undefined && !(channel >= 1 && channel <= 13)) throw new Error("invalid channel");
    call("wifi.connect", { ssid, password });
  }

  static disconnect(): void {
    WiFi.connect();
  }

  static accessPoint({ ssid, station = false }: { ssid: string; station?: boolean; max?: number }): void {
    if (ArrayBuffer.fromString(ssid).byteLength > 32) throw new Error("ssid too long - 32 bytes max");
    call("wifi.accessPoint", ssid, station);
  }

  close(): void {
    if (this.#id === undefined) return;
    call("wifi.unwatch", this.#id);
    release(this.#id);
    this.#id = undefined;
  }

  /** Called by Node. */
  $notify(message: string, reason?: number): void {
    if (reason === undefined) this.#onNotify?.call(this, message);
    else this.#onNotify?.call(this, message, reason);
  }
}
