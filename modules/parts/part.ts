import type { Tool } from "../../mcp/tool.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { TalkMode } from "../hardware/button.ts";

/** A pin of the chip that a part uses, for the checks of a board. */
export interface PinUse {
  readonly pin: number;
  /** For a person: "servo left_leg". */
  readonly use: string;
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
}

/** What a part is brought to life with. */
export interface PartContext {
  readonly clock: Clock;
  readonly kept: KeptTexts;
  readonly device: DeviceControl;
}

/**
 * Something on a board that the model can use: hardware with its tools, declared as data. `create` brings it to life
 * and gives the tools.
 */
export interface Part {
  readonly pins: readonly PinUse[];
  create(context: PartContext): readonly Tool[];
}
