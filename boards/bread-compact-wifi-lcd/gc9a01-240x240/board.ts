import { breadboard } from "boards/bread-compact-wifi-lcd/breadboard";
import { gc9a01 } from "modules/hardware/panels/gc9a01";

/** The same with a round GC9A01 of 240 x 240. */
export default breadboard("bread-compact-wifi-lcd-gc9a01-240x240", gc9a01({ isRound: true }));
