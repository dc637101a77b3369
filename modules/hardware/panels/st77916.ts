import { frozen } from "../../../protocol/frozen.ts";
import type { PanelPart } from "../panel.ts";
import type { PanelTraits } from "./panel-traits.ts";
import { QspiPart } from "./qspi-part.ts";
import { FIRST_KIND, SECOND_KIND } from "./st77916-registers.ts";

/** Software reset before, 16 bits a pixel. */
const BEGINNING = "01 +120 3A55 ";
/** The panel's colours are inverted; then it wakes up. */
const END = " 21 11 +120";

export interface St77916Traits extends PanelTraits {
  /** Which glass is behind the chip: 1 (default) when its register 04 reads 00 7F 7F 7F, 2 for 00 02 7F 7F. */
  readonly glass?: 1 | 2;
}

/**
 * A Sitronix ST77916 on QSPI, mostly 360 x 360 and round. Size and pins: `qspi_panel` in the manifest's `defines`; only a
 * square one can be turned by 90 or 270 degrees.
 */
export function st77916({ glass = 1, ...traits }: St77916Traits = {}): PanelPart {
  const registers = BEGINNING + (glass === 1 ? FIRST_KIND : SECOND_KIND) + END;
  return new QspiPart(frozen({ registers, hasLight: false }), frozen(traits));
}
