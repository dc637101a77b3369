import type { PixelsOut } from "commodetto/Poco";

/** A panel that shows pixels. */
export interface Panel {
  readonly pixels: PixelsOut;
  /** Its corners are missing. */
  readonly isRound?: boolean;
}

/** A panel that a board declares; `create` brings it to life. */
export interface PanelPart {
  create(): Panel;
}
