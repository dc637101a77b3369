import SSD1306 from "ssd1306";
import { frozen } from "../../../protocol/frozen.ts";
import type { Shared } from "../../system/shared.ts";
import type { Panel, PanelPart } from "../panel.ts";
import { type PanelTraits, resetPanel } from "./panel-traits.ts";

class Ssd1306Part implements PanelPart {
  readonly #traits: Ssd1306Traits;

  constructor(traits: Ssd1306Traits) {
    this.#traits = frozen(traits);
  }

  create(shared: Shared): Panel {
    resetPanel(this.#traits, shared);
    return { pixels: new SSD1306({}), isWhole: true };
  }
}

type Ssd1306Traits = Pick<PanelTraits, "reset">;

/** An SSD1306 on I2C: black and white, 128 x 64 or 128 x 32. Size and pins: `ssd1306` in the manifest's `defines`. */
export function ssd1306(traits: Ssd1306Traits = {}): PanelPart {
  return new Ssd1306Part(traits);
}
