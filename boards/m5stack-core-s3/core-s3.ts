import { type Board, defineBoard } from "boards/board";
import { standardAndTdm } from "modules/hardware/audio-part";
import { axp2101, voltageBacklight } from "modules/hardware/axp2101";
import { aw88298 } from "modules/hardware/codecs/aw88298";
import { es7210 } from "modules/hardware/codecs/es7210";
import { aw9523 } from "modules/hardware/expanders/aw9523";
import { expanderSwitch } from "modules/hardware/expanders/expander";
import { spiPanel } from "modules/hardware/panels/spi-panel";
import { touchButton } from "modules/hardware/touch/touch-button";
import type { Part } from "modules/parts/part";
import { screen } from "modules/ui/screen/screen-part";

const bus = { data: 12, clock: 11 };

/** For the amplifier's logic, the microphones, the camera and the card. */
const power = axp2101({ bus, voltages: { aldo1: 1800, aldo2: 3300, aldo3: 3300, aldo4: 3300 } });

/** Out of reset: touch (0), amplifier (2), camera (8), screen (9, 13). On: the bus (1), the 5 V of the ports (15). */
const expander = aw9523({
  bus,
  outputs: { 0: 1, 1: 1, 2: 1, 5: 0, 6: 0, 7: 0, 8: 1, 9: 1, 12: 0, 13: 1, 14: 0, 15: 1 },
});

export interface CoreS3Options {
  readonly name: string;
  /** Beside 0 and 3, the sound's clock and the screen. */
  readonly strappingPins?: readonly number[];
  readonly parts?: readonly Part[];
}

/** What all variants of the M5Stack CoreS3 have. */
export function coreS3({ name, strappingPins = [], parts = [] }: CoreS3Options): Board {
  return defineBoard({
    name,
    manufacturer: "m5stack",
    flashBytes: 16 * 1024 * 1024,
    chip: "esp32s3",
    strappingPins: [0, 3, ...strappingPins],
    power: [power, expander],
    battery: power,
    powerSwitch: power,
    audio: standardAndTdm({
      sampleRate: 24000,
      pins: { mclk: 0, bclk: 34, ws: 33, microphone: 14, speaker: 13 },
      microphone: es7210({ bus }),
      speaker: aw88298({ bus }),
      hasReference: false,
    }),
    button: touchButton({ bus }),
    screen: screen(spiPanel({ reset: expanderSwitch(expander, [9, 13], true) })),
    backlight: voltageBacklight(power, "dldo1"),
    parts,
  });
}
