import type { Tool } from "../../mcp/tool.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { TalkMode } from "../hardware/button.ts";
import type { Shared } from "../system/shared.ts";

/** A pin of the chip that a part uses, for the checks of a board. */
export interface PinUse {
  readonly pin: number;
  /** For a person: "servo left_leg". */
  readonly use: string;
  /** A channel of the chip's PWM drives it, without the firmware's knowing. */
  readonly isPwm?: true;
}

/** Texts that a part keeps over a restart, by keys of at most 15 characters. */
export interface KeptTexts {
  read(key: string): string;
  write(key: string, text: string): void;
}

/** What a part can change of the device itself. */
export interface DeviceControl {
  /** What the button does; kept over a restart. */
  talkMode: TalkMode;
  /** Opens the page for another network; the answer of a tool leaves first. */
  reconfigureWifi(): void;
  /** Shows a JPEG or PNG file for five seconds; nothing without a screen. */
  showPicture(file: Uint8Array): void;
}

/** A server that says what is to be seen in photos; the device's server names it. */
export interface Vision {
  /** Whether it was named already. */
  readonly isKnown: boolean;
  /**
   * What it says, as it says it: JSON in most cases. Rejects when it cannot be asked.
   *
   * @param photo a JPEG file
   */
  explain(question: string, photo: Uint8Array): Promise<string>;
}

/** What a part is brought to life with. */
export interface PartContext {
  readonly clock: Clock;
  readonly kept: KeptTexts;
  readonly device: DeviceControl;
  /** The parts of the board that several others use. */
  readonly shared: Shared;
  readonly vision: Vision;
}

/**
 * Something on a board that the model can use: hardware with its tools, declared as data. `create` brings it to life
 * and gives the tools.
 */
export interface Part {
  readonly pins: readonly PinUse[];
  create(context: PartContext): readonly Tool[];
}
