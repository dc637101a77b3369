import type { OtaActivation, OtaFirmware } from "../../protocol/ota.ts";
import type { FirmwareFile } from "./firmware.ts";

/** A device that asks for its version. */
export interface FleetDevice {
  readonly deviceId: string;
  /** Its board: the name, or where it tells none, the type. */
  readonly model: string;
  readonly version: string;
}

/** What somebody who looks after devices has to say in the version check. */
export interface FleetAnswer {
  /** For a device that is to be bound first: it gets no firmware. */
  readonly activation?: OtaActivation;
  /** An image to install: its file instead of a URL. */
  readonly image?: Omit<OtaFirmware, "url"> & { readonly file: string };
  /** Whether it is to keep what it has, whatever lies in the folder. */
  readonly keepsFirmware?: boolean;
}

/** Somebody who looks after devices: a console. */
export interface Fleet {
  /** Takes note of a device, and says what to tell it. */
  meet(device: FleetDevice): Promise<FleetAnswer>;
  /** Whether a device may be answered. */
  isActivated(deviceId: string): boolean;
  /** One of its images by name; undefined when there is none. */
  open(file: string): Promise<FirmwareFile | undefined>;
}
