import type { PixelsOut } from "commodetto/Poco";

/** A screen that a board declares; `create` brings it to life. */
export interface ScreenPart {
  /** Its corners are missing. */
  readonly isRound?: boolean;
  create(): PixelsOut;
}
