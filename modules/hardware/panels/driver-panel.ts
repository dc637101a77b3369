import type { PixelsOut } from "commodetto/Poco";
import { frozen } from "../../../protocol/frozen.ts";
import type { Shared } from "../../system/shared.ts";
import type { Panel, PanelPart } from "../panel.ts";
import { type PanelTraits, resetPanel } from "./panel-traits.ts";

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

  create(shared: Shared): Panel {
    const { isRound = false, rotation = 0 } = this.#traits;
    resetPanel(this.#traits, shared);
    // Drivers do not care, but what stands in for a panel shows it.
    const pixels = new this.#driver({ isRound });
    if (rotation !== 0) pixels.rotation = rotation;
    return { pixels, isRound };
  }
}
