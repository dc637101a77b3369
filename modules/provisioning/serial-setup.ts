import type { Clock } from "../../protocol/clock.ts";
import type { JoinResult, SeenNetwork } from "../io/wifi/wifi.ts";
import type { SavedNetwork } from "./saved-networks.ts";

/** What a computer at the device's serial line is told of it. */
export interface SetupFacts {
  readonly firmware: string;
  readonly version: string;
  /** `ESP32-S3` */
  readonly chip: string;
  /** By which people tell this device from another. */
  readonly name: string;
}

/** What a set-up over the serial line asks of the device. */
export interface SerialSetupParts {
  readonly clock: Clock;
  readonly facts: SetupFacts;
  readonly isConnected: () => boolean;
  /** The networks around, strongest first. */
  readonly look: () => Promise<readonly SeenNetwork[]>;
  /** Tries a network, and keeps it when it could be joined. */
  readonly adopt: (network: SavedNetwork) => Promise<JoinResult>;
}

/** A way to bring the device into a network by cable, that a board declares; `create` begins to listen. */
export interface SerialSetupPart {
  create(parts: SerialSetupParts): void;
}
