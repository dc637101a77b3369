import type { Tool } from "../mcp/tool.ts";
import type { AudioPart } from "../modules/hardware/audio-part.ts";
import type { BacklightPart } from "../modules/hardware/backlight.ts";
import type { ButtonPart, VolumeButtons } from "../modules/hardware/button.ts";
import type { LightPart } from "../modules/hardware/light.ts";
import type { BatteryPart } from "../modules/hardware/power/battery.ts";
import type { PowerSwitchPart } from "../modules/hardware/power/power-switch.ts";
import type { SigningChipPart } from "../modules/hardware/signing-chip.ts";
import type { WakeWordPart } from "../modules/hardware/wake-word.ts";
import type { Part } from "../modules/parts/part.ts";
import type { SerialSetupPart } from "../modules/provisioning/serial-setup.ts";
import type { SharedPart } from "../modules/system/shared.ts";
import type { ScreenPart } from "../modules/ui/view.ts";
import { frozen } from "../protocol/frozen.ts";

/** A device as its maker describes it: data and what is on it. Parts that it lacks are left out. */
export interface Board {
  /** Lower case with dashes, the same as its folder. Servers keep firmware by this name. */
  readonly name: string;
  /** Compatibility family; the name when absent. */
  readonly family?: string;
  /** For example "espressif". */
  readonly manufacturer?: string;
  /** Size of the flash memory: 16 * 1024 * 1024 on a module N16R8. */
  readonly flashBytes?: number;
  readonly chip: "esp32s3" | "linux" | "simulator";
  /** What the others stand on, in order: supplies, expanders, resets. They come to life before anything else. */
  readonly power?: readonly SharedPart<unknown>[];
  /** Microphone and speaker; absent where the platform has its own. */
  readonly audio?: AudioPart;
  /**
   * The device's own voice is taken out of what its microphone hears, so that one may talk into an answer: by the
   * `device`, or by the `server`, to which the device tells what it was playing. Absent: by nobody.
   */
  readonly echoCancel?: "device" | "server";
  readonly button?: ButtonPart;
  readonly volumeButtons?: VolumeButtons;
  /** A cable by which a computer brings the device into a network; see `modules/provisioning/improv`. */
  readonly serialSetup?: SerialSetupPart;
  readonly wakeWord?: WakeWordPart;
  readonly light?: LightPart;
  /** What it shows, on which panel; see `modules/ui/screen`. */
  readonly screen?: ScreenPart;
  readonly backlight?: BacklightPart;
  /** Where the level is measured; a board with one rests when nobody uses it. */
  readonly battery?: BatteryPart;
  /** Cuts the device's own power, five minutes after it was used last. */
  readonly powerSwitch?: PowerSwitchPart;
  /** Serial number and key in hardware, for servers that activate by them. */
  readonly signingChip?: SigningChipPart;
  /** Lamps, relays, strips, servos: what the model can use, each with its tools. See `modules/parts`. */
  readonly parts?: readonly Part[];
  /**
   * Pins that decide how the chip starts (ESP32-S3: 0, 3, 45, 46) and that this board uses on purpose. The checks of a
   * board complain of others; a button at pin 0 is usual.
   */
  readonly strappingPins?: readonly number[];
  /** What this board can do beyond volume, brightness, status and its parts. */
  readonly tools?: readonly Tool[];
}

/** Declares a board; a wrong field is an error at the maker's line. */
export function defineBoard(board: Board): Board {
  return frozen(board);
}
