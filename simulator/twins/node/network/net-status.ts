import type { Network } from "../../../network.ts";
import type { TwinHost, TwinPart } from "../part.ts";

/** What `Net.get` answers; a device without a connection leaves out all but the MAC address. */
export interface NetStatus {
  MAC: string;
  IP?: string;
  SSID?: string;
  BSSID?: string;
  RSSI?: number;
  CHANNEL?: number;
  DNS?: string[];
}

/** The Node side of `net`. `status` is read at each call, so that a test may change it. */
export function createNetStatus(host: TwinHost, network: Network, status: NetStatus): TwinPart {
  return {
    calls: {
      "net.get": (property: string) =>
        Object.hasOwn(status, property) ? status[property as keyof NetStatus] : undefined,
      "net.resolve": (id: number, name: string) => {
        const release = host.clock.hold();
        const settle = (address?: string) => {
          host.post(() => host.notify(id, "settle", address));
          release();
        };
        network.resolve(name).then(settle, () => settle());
      },
    },
    close() {},
  };
}
