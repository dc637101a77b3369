import Net from "net";

/** What the platform knows about its network connection. */
export interface NetworkStatus {
  readonly ssid?: string;
  /** dBm */
  readonly rssi?: number;
  readonly channel?: number;
  readonly ip?: string;
}

/** Not every platform knows every property; some throw instead of saying so. */
function known<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The network as it is now; members that the platform does not know are absent. */
export function networkStatus(): NetworkStatus {
  const ssid = known(() => Net.get("SSID"));
  const rssi = known(() => Net.get("RSSI"));
  const channel = known(() => Net.get("CHANNEL" as "RSSI"));
  const ip = known(() => Net.get("IP"));
  return {
    ...(ssid && { ssid }),
    ...(rssi !== undefined && { rssi }),
    ...(channel !== undefined && { channel }),
    ...(ip && { ip }),
  };
}

/** An interface without an address, as lwIP shows it. */
const NO_ADDRESS = "0.0.0.0";

/** Whether the device has an address in a network. */
export function isConnected(): boolean {
  const ip = known(() => Net.get("IP"));
  return !!ip && ip !== NO_ADDRESS;
}

/** The station's hardware address in lower case with colons, where the platform has one. */
export function hardwareAddress(): string | undefined {
  return known(() => Net.get("MAC"))?.toLowerCase();
}
