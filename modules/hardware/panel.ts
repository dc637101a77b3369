import type { PixelsOut } from "commodetto/Poco";
import type { SharedPart } from "../system/shared.ts";

/** A panel that shows pixels. */
export interface Panel {
  readonly pixels: PixelsOut;
  /** Its corners are missing. */
  readonly isRound?: boolean;
  /** It takes whole pictures only. */
  readonly isWhole?: boolean;
  /** Percent; for panels that shine themselves. */
  setBrightness?(percent: number): void;
}

/** A panel that a board declares; `create` brings it to life. */
export type PanelPart = SharedPart<Panel>;
