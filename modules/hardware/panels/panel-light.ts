import { frozen } from "../../../protocol/frozen.ts";
import type { Shared } from "../../system/shared.ts";
import type { Backlight, BacklightPart } from "../backlight.ts";
import type { PanelPart } from "../panel.ts";

class PanelLightPart implements BacklightPart {
  readonly #panel: PanelPart;

  constructor(panel: PanelPart) {
    this.#panel = panel;
  }

  create(shared: Shared): Backlight {
    const panel = shared.of(this.#panel);
    if (!panel.setBrightness) throw new Error("this panel has no light of its own");
    return { set: (percent) => panel.setBrightness?.(percent) };
  }
}

/** The light of a panel that shines itself (AMOLED: CO5300, SH8601), in the place of a backlight. */
export function panelLight(panel: PanelPart): BacklightPart {
  return new PanelLightPart(frozen(panel));
}
