import { createHash } from "node:crypto";
import { isNewerVersion } from "../../../protocol/ota.ts";
import type { FleetAnswer, FleetDevice } from "../../ota/fleet.ts";
import type { DeviceRecord } from "../../storage/devices.ts";
import { type FirmwareRecord, firmwareOf, noteInstalled, noteOffer } from "../../storage/fleet/firmware.ts";
import { groupsOf } from "../../storage/labels.ts";
import type { Storage } from "../../storage/storage.ts";

/** What a device is offered: the newest image on its way to it, or, where one was rolled back, the one before. */
export async function offerFor(
  storage: Storage,
  { model, version }: FleetDevice,
  device: DeviceRecord,
): Promise<Pick<FleetAnswer, "image" | "keepsFirmware">> {
  const images = await firmwareOf(storage, model);
  const current = images.find((image) => image.version === version);
  if (current) await noteInstalled(storage, current.id, device.id);
  if (device.updates !== 1) return { keepsFirmware: true };
  if (current?.state === "rolled-back") return goBack(images, current);
  const newerOnes = images.filter(({ state, version: one }) => state === "running" && isNewerVersion(one, version));
  // Most version checks find nothing new, and need not ask further.
  const groups = newerOnes.length > 0 ? await groupsOf(storage, device.id) : [];
  const image = newerOnes
    .filter((candidate) => isChosen(candidate, device.id, groups))
    .reduce<FirmwareRecord | undefined>(newer, undefined);
  if (!image) return {};
  await noteOffer(storage, { firmware: image.id, device: device.id, previous: version });
  return { image: { file: image.id, version: image.version, sha256: image.sha256 } };
}

/** Whether an image is for this device: by group, and by the share of devices that its id falls into. */
export function isChosen(
  { id, percent, groups }: Pick<FirmwareRecord, "id" | "percent" | "groups">,
  deviceId: string,
  own: readonly string[],
): boolean {
  if (groups.length > 0 && !groups.some((group) => own.includes(group))) return false;
  const share = createHash("sha256").update(`${id} ${deviceId}`).digest().readUInt32BE() % 100;
  return share < percent;
}

/** The newest image that is older than the one that was rolled back, and was not rolled back itself. */
function goBack(
  images: readonly FirmwareRecord[],
  current: FirmwareRecord,
): Pick<FleetAnswer, "image" | "keepsFirmware"> {
  const before = images
    .filter(({ state, version }) => state !== "rolled-back" && isNewerVersion(current.version, version))
    .reduce<FirmwareRecord | undefined>(newer, undefined);
  if (!before) return { keepsFirmware: true };
  // Devices install what is older only when they are told to.
  return { image: { file: before.id, version: before.version, sha256: before.sha256, force: 1 } };
}

function newer(best: FirmwareRecord | undefined, image: FirmwareRecord): FirmwareRecord {
  return best && !isNewerVersion(image.version, best.version) ? best : image;
}
