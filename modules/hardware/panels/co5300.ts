import CO5300 from "co5300";
import { frozen } from "../../../protocol/frozen.ts";
import type { Shared } from "../../system/shared.ts";
import type { Panel, PanelPart } from "../panel.ts";
import { type PanelTraits, resetPanel } from "./panel-traits.ts";

class Co5300Part implements PanelPart {
  readonly #traits: PanelTraits;

  constructor(traits: PanelTraits) {
    this.#traits = frozen(traits);
  }

  create(shared: Shared): Panel {
    const { isRound = false, rotation = 0 } = this.#traits;
    resetPanel(this.#traits, shared);
    // The driver does not care, but what stands in for the panel shows it.
    const pixels = new CO5300({ isRound });
    if (rotation !== 0) pixels.rotation = rotation;
    const setBrightness = (percent: number) => {
      pixels.brightness = percent;
    };
    return { pixels, isRound, setBrightness };
  }
}

/** A CO5300 AMOLED on QSPI. Size and pins: `co5300` in the manifest's `defines`. */
export function co5300(traits: PanelTraits = {}): PanelPart {
  return new Co5300Part(traits);
}
