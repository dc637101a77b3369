import type { JsonObject } from "../../protocol/json.ts";
import type { NetworkStatus } from "../io/network-status.ts";
import type { Identity } from "./identity.ts";

/** What a device says about itself. */
export interface DeviceFacts {
  readonly identity: Identity;
  readonly board: BoardFacts;
  /** Of the firmware. */
  readonly version: string;
  /** Of the user interface, for example `en-US`. */
  readonly language: string;
  readonly network: NetworkStatus;
  /** What ended the program before this one, until a server was told. */
  readonly lastCrash?: JsonObject | undefined;
}

/** What a board's maker has said about it. */
export interface BoardFacts {
  readonly name: string;
  readonly family: string;
  readonly chip: string;
  readonly manufacturer?: string | undefined;
  readonly flashBytes?: number | undefined;
}

/**
 * What the device knows about itself, as JSON in the order of the wire. What it does not know is left out: the lowest
 * free heap so far, the chip's revision, and the table of partitions are not to be had from the SDK.
 */
export function systemInfo({ identity, board, version, language, network, lastCrash }: DeviceFacts): string {
  const { name, family, chip, manufacturer = "", flashBytes } = board;
  const { ssid, rssi, channel, ip } = network;
  return JSON.stringify({
    version: 2,
    language,
    flash_size: flashBytes,
    mac_address: identity.deviceId,
    uuid: identity.clientId,
    chip_model_name: chip,
    application: { name: "xiaozhi", version },
    display: { monochrome: false, width: 0, height: 0 },
    board: { type: family, name, manufacturer, ssid, rssi, channel, ip, mac: identity.deviceId },
    last_crash: lastCrash,
    trusts: "certificate",
  });
}
