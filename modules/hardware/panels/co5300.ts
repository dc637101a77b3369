import CO5300 from "co5300";
import type { PanelPart } from "../panel.ts";
import { DriverPanel, type PanelTraits } from "./driver-panel.ts";

/** A CO5300 AMOLED on QSPI. Size and pins: `co5300` in the manifest's `defines`. */
export function co5300(traits: PanelTraits = {}): PanelPart {
  return new DriverPanel(CO5300, traits);
}
