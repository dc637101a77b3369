import type { Firmware } from "../firmware.ts";
import type { Machine } from "../machine.ts";

const flashed = new WeakSet<Firmware>();

/** Whether machines of this build start with their preloaded modules. */
export function isFlashed(firmware: Firmware): boolean {
  return flashed.has(firmware);
}

/**
 * Loads into a new machine what the SDK's linker would put into flash, and keeps that for all machines to come; the
 * machine itself is closed. Devices of one build share it, so each has only its own heap, as in hardware.
 *
 * @throws SimulatorError "preload", "module-missing", "native-missing"; XsError of a module
 */
export function flash(firmware: Firmware, machine: Machine): void {
  machine.preload(firmware.preload);
  machine.share();
  flashed.add(firmware);
}
