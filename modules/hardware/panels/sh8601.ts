import { frozen } from "../../../protocol/frozen.ts";
import type { PanelPart } from "../panel.ts";
import type { PanelTraits } from "./panel-traits.ts";
import { type QspiChip, QspiPart } from "./qspi-part.ts";

/**
 * Software reset, 16 bits a pixel, waking up; a signal at line 465, which is off the screen; brightness by register 51.
 */
const CHIP: QspiChip = frozen({ registers: "01 +120 3A55 11 +120 4401D1 3500 5320 +10", hasLight: true });

/**
 * A Sinowealth SH8601 AMOLED on QSPI, mostly 368 x 448; it cannot be turned. Size and pins: `qspi_panel` in the manifest's
 * `defines`. Its brightness: `panelLight`.
 */
export function sh8601(traits: Omit<PanelTraits, "rotation"> = {}): PanelPart {
  return new QspiPart(CHIP, frozen(traits));
}
