import { breadboard } from "boards/bread-compact-wifi/breadboard";
import { sh1106 } from "modules/hardware/panels/sh1106";

/** The same with an SH1106 of 128 x 64. */
export default breadboard("bread-compact-wifi-sh1106-128x64", sh1106({ bus: { data: 41, clock: 42 } }));
