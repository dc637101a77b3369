/** A wireless network around a device. */
export interface AirNetwork {
  readonly ssid: string;
  /** Absent: open to everybody. */
  readonly password?: string;
  /** dBm at the device; default -60. */
  readonly rssi?: number;
  readonly channel?: number;
  /** It does not tell its name to those who look around. */
  readonly isHidden?: boolean;
}

/** What a scan tells of a network, with the members that it has on the device. */
export interface FoundNetwork {
  readonly ssid: string;
  readonly rssi: number;
  readonly channel: number;
  readonly hidden: boolean;
  readonly bssid: readonly number[];
  readonly authentication: string;
}

/** How the radio finds a network, whose access point has an address of its own. */
export function foundNetwork(network: AirNetwork, index: number): FoundNetwork {
  const { ssid, password, rssi = -60, channel = 6, isHidden = false } = network;
  return {
    ssid: isHidden ? "" : ssid,
    rssi,
    channel,
    hidden: false,
    bssid: [2, 0, 0, 0, index >> 8, index & 255],
    authentication: password === undefined ? "none" : "wpa2_psk",
  };
}
