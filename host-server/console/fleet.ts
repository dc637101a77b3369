import type { FirmwareFile, FirmwareFolder } from "../ota/firmware.ts";
import type { Fleet, FleetAnswer, FleetDevice } from "../ota/fleet.ts";
import { createDevice, type DeviceRecord, deviceKey, getDevice, updateDevice } from "../storage/devices.ts";
import type { Storage } from "../storage/storage.ts";
import type { Binding } from "./binding/binding.ts";
import { offerFor } from "./firmware/rollout.ts";

/** Devices of nobody that are kept: whoever makes up more of them fills no disk. */
const MAX_STRANGERS = 10_000;
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

/** What the version check needs of the console. */
export interface ConsoleFleetOptions {
  readonly storage: Storage;
  readonly binding: Binding;
  readonly images: FirmwareFolder;
  /** Has noted that a device was here, with others and soon. */
  readonly noteSeen: (deviceId: string) => void;
}

/** What the console has to say in the version check. */
export class ConsoleFleet implements Fleet {
  readonly #storage: Storage;
  readonly #binding: Binding;
  readonly #images: FirmwareFolder;
  readonly #noteSeen: (deviceId: string) => void;

  constructor({ storage, binding, images, noteSeen }: ConsoleFleetOptions) {
    this.#storage = storage;
    this.#binding = binding;
    this.#images = images;
    this.#noteSeen = noteSeen;
  }

  /** @throws StorageError */
  async meet(device: FleetDevice): Promise<FleetAnswer> {
    const { deviceId, model: board, version } = device;
    const activation = await this.#binding.activationFor(deviceId, { board, version });
    if (activation) return { activation };
    const known = await this.#note(device);
    return known ? offerFor(this.#storage, device, known) : {};
  }

  isActivated(deviceId: string): boolean {
    return !this.#binding.isMissing(deviceId);
  }

  open(file: string): Promise<FirmwareFile | undefined> {
    return this.#images.open(file);
  }

  /** Keeps what a device says of itself, also of one that nobody has bound, so that it appears in the list. */
  async #note({ deviceId, model: board, version }: FleetDevice): Promise<DeviceRecord | undefined> {
    const storage = this.#storage;
    const known = await getDevice(storage, deviceId);
    if (!known && (await this.#isRefused(deviceId))) return undefined;
    this.#noteSeen(deviceId);
    if (!known) return createDevice(storage, deviceId, { board, version });
    if (known.board === board && known.version === version) return known;
    await updateDevice(storage, deviceId, { board, version });
    return { ...known, board, version };
  }

  async #isRefused(deviceId: string): Promise<boolean> {
    if (!MAC.test(deviceKey(deviceId))) return true;
    const list = this.#storage.db.selectFrom("devices").select("id").where("owner", "is", null);
    return (
      (
        await list
          .offset(MAX_STRANGERS - 1)
          .limit(1)
          .execute()
      ).length > 0
    );
  }
}
