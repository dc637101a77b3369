import type { I2cBus } from "../../hardware/registers.ts";
import type { PinUse } from "../part.ts";

/** How a camera is wired: GPIO numbers. */
export interface CameraPins {
  /** Its clock from the chip; absent where it has its own. */
  readonly xclk?: number;
  /** Its own lines for settings; absent where it shares the first bus of the board, which its `power` or codecs use. */
  readonly bus?: I2cBus;
  /** The eight data lines, lowest bit first. */
  readonly data: readonly [number, number, number, number, number, number, number, number];
  readonly vsync: number;
  readonly href: number;
  readonly pclk: number;
}

/** Stands for a line that is not there. */
const NONE = 255;

/** In the order in which `camera-chip` takes them. */
export function wiringOf({ xclk = NONE, bus, data, vsync, href, pclk }: CameraPins): Uint8Array {
  return new Uint8Array([xclk, bus?.data ?? NONE, bus?.clock ?? NONE, ...data, vsync, href, pclk]);
}

/** What the checks of a board are told. A bus of its own is no part of it: they see such by its opening. */
export function pinUses({ xclk, bus, data, vsync, href, pclk }: CameraPins): PinUse[] {
  const uses: PinUse[] = data.map((pin, bit) => ({ pin, use: `camera data ${bit}` }));
  if (xclk !== undefined) uses.push({ pin: xclk, use: "camera xclk", isPwm: true });
  if (bus) uses.push({ pin: bus.data, use: "camera bus data" }, { pin: bus.clock, use: "camera bus clock" });
  uses.push({ pin: vsync, use: "camera vsync" }, { pin: href, use: "camera href" }, { pin: pclk, use: "camera pclk" });
  return uses;
}
