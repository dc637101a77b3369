import type { Hardware } from "../../device/hardware.ts";
import type { TwinPart } from "./part.ts";

/** The Node side of `device-platform`. */
export function createPlatform({ firmwareSlot, wifi, freeHeapBytes }: Hardware): TwinPart {
  return {
    calls: {
      "platform.isOnTrial": () => firmwareSlot.isOnTrial,
      "platform.confirm": () => firmwareSlot.confirm(),
      "platform.freeHeap": () => freeHeapBytes,
      "platform.setRadioSleep": (level: number) => {
        wifi.radioSleep = level;
      },
      "platform.setTransmitPower": (quarters: number) => {
        wifi.transmitPower = quarters;
      },
    },
    close() {},
  };
}
