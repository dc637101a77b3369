import type { I2cChip } from "../device/i2c-buses.ts";
import type { ScreenImage } from "../device/screen-image.ts";
import { Sht3xChip } from "./climate-chips.ts";
import { Aw88298Chip, Es7210Chip, Es8311Chip, Es8388Chip } from "./codec-chips.ts";
import { Sh1106Chip } from "./oled-chip.ts";
import { Aw9523Chip, Pi4ioeChip, PortExpanderChip } from "./port-chips.ts";
import { Axp2101Chip, Lp5562Chip } from "./power-chips.ts";
import { TouchChip } from "./touch-chip.ts";

/** Every chip that the firmware has a driver for, at its usual addresses: so that any board starts in the simulator. */
export function usualChips(screen: ScreenImage): [address: number, chip: I2cChip][] {
  return [
    [0x10, new Es8388Chip()],
    [0x18, new Es8311Chip()],
    [0x19, new PortExpanderChip()],
    [0x20, new PortExpanderChip()],
    [0x30, new Lp5562Chip()],
    [0x34, new Axp2101Chip()],
    [0x36, new Aw88298Chip()],
    [0x38, new TouchChip()],
    [0x3c, new Sh1106Chip(screen)],
    [0x40, new Es7210Chip()],
    [0x41, new Es7210Chip()],
    [0x43, new Pi4ioeChip()],
    [0x44, new Sht3xChip()],
    [0x58, new Aw9523Chip()],
  ];
}
