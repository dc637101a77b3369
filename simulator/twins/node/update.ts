import type { FirmwareSlot } from "../../device/firmware-slot.ts";
import type { TwinPart } from "./part.ts";

/** The Node side of `embedded:update` and `embedded:storage/flash`. */
export function createUpdate(slot: FirmwareSlot): TwinPart {
  return {
    calls: {
      "update.room": () => slot.roomBytes,
      "update.begin": () => slot.begin(),
      "update.write": (piece: Uint8Array, offset?: number) => slot.write(new Uint8Array(piece), offset),
      "update.complete": () => slot.complete(),
      "update.abort": () => slot.abort(),
    },
    close: () => slot.abort(),
  };
}
