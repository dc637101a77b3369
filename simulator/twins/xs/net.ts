import { call, register, release } from "host";

type Resolved = (name: string, address?: string) => void;

/** One look-up; Node calls `settle`. */
class Lookup {
  #id: number;
  #name: string;
  #callback: Resolved;

  constructor(name: string, callback: Resolved) {
    this.#name = name;
    this.#callback = callback;
    this.#id = register(this);
    call("net.resolve", this.#id, name);
  }

  settle(address?: string): void {
    release(this.#id);
    this.#callback.call(globalThis, this.#name, address);
  }
}

/** Twin of the SDK's `net`. */
export default Object.freeze({
  /** The value of "IP", "MAC", "SSID", "BSSID", "RSSI", "CHANNEL" or "DNS"; undefined for anything else. */
  get(property: string): string | number | string[] | undefined {
    return call("net.get", property);
  },

  /** Calls back with the IPv4 address, or with none when the name is unknown; never before it has returned. */
  resolve(name: string, callback: Resolved): void {
    if (typeof callback !== "function") throw new TypeError("callback: not a function");
    new Lookup(`${name}`, callback);
  },
});
