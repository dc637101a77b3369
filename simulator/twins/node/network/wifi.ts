import type { WifiChip } from "../../../device/wifi-chip.ts";
import type { TwinHost, TwinPart } from "../part.ts";

/** The Node side of `wifi`. */
export function createWifi(host: TwinHost, chip: WifiChip): TwinPart {
  const watchers = new Set<number>();
  chip.onEvent = (message, reason) => {
    host.post(() => {
      for (const id of watchers) {
        if (reason === undefined) host.notify(id, "$notify", message);
        else host.notify(id, "$notify", message, reason);
      }
    });
  };
  return {
    calls: {
      "wifi.watch": (id: number) => {
        watchers.add(id);
      },
      "wifi.unwatch": (id: number) => {
        watchers.delete(id);
      },
      "wifi.mode": () => chip.mode,
      "wifi.setMode": (mode: number) => chip.setMode(mode),
      "wifi.scan": (id: number, hidden: boolean) =>
        chip.scan(hidden, (found) => host.post(() => host.notify(id, "$found", found as never))),
      "wifi.stopScan": () => chip.stopScan(),
      "wifi.connect": ({ ssid, password }: { ssid: string; password: string }) => chip.connect(ssid, password),
      "wifi.disconnect": () => chip.disconnect(),
      "wifi.accessPoint": (ssid: string, isStation: boolean) => chip.openHotspot(ssid, isStation),
    },
    close: () => chip.reset(),
  };
}
