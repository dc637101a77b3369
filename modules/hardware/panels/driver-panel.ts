import type { PixelsOut } from "commodetto/Poco";
import { frozen } from "../../../protocol/frozen.ts";
import type { Panel, PanelPart } from "../panel.ts";

/** How a panel is built into a device. Its size and pins are the driver's, and stand in the manifest's `defines`. */
export interface PanelTraits {
  /** Its corners are missing. */
  readonly isRound?: boolean;
  /** Degrees, clockwise. */
  readonly rotation?: 0 | 90 | 180 | 270;
}

/** A driver of the SDK for the chip of a panel. */
type Driver = new (options: object) => PixelsOut & { rotation?: number };

/** A panel with a driver of the SDK. */
export class DriverPanel implements PanelPart {
  readonly #driver: Driver;
  readonly #traits: PanelTraits;

  constructor(driver: Driver, traits: PanelTraits) {
    this.#driver = driver;
    this.#traits = frozen(traits);
  }

  create(): Panel {
    const { isRound = false, rotation = 0 } = this.#traits;
    const pixels = new this.#driver({});
    if (rotation !== 0) pixels.rotation = rotation;
    return { pixels, isRound };
  }
}
