import platform from "device-platform";
import { frozen } from "../../protocol/frozen.ts";
import { contained } from "../system/contained.ts";

/** How deeply the radio may sleep between two beacons. */
export type PowerLevel = "low" | "balanced" | "performance";

const RADIO_SLEEP: { readonly [level in PowerLevel]: number } = frozen({ performance: 0, balanced: 1, low: 2 });

/** This firmware was just installed: unless it is confirmed, the next restart brings the former one back. */
export function isOnTrial(): boolean {
  return platform.isOnTrial();
}

/** This firmware works: it stays. */
export function confirmFirmware(): void {
  contained("confirm", () => platform.confirm());
}

/** Memory of the device that nothing has, in bytes; undefined where that is not known. */
export function freeHeap(): number | undefined {
  return platform.freeHeap();
}

/** Wakes the radio for a conversation, or lets it sleep as deeply as it may (modem sleep: none, least, most). */
export function setRadioPower(level: PowerLevel): void {
  contained("radio power", () => platform.setRadioSleep(RADIO_SLEEP[level]));
}

/** @param quarters of dBm; 0 leaves the radio as it is */
export function setTransmitPower(quarters: number): void {
  if (quarters > 0) contained("transmit power", () => platform.setTransmitPower(quarters));
}
