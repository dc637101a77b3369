import { type Board, defineBoard } from "boards/board";
import { standardAndTdm } from "modules/hardware/audio-part";
import { pwmBacklight } from "modules/hardware/backlight";
import { pinButton } from "modules/hardware/button";
import { es7210 } from "modules/hardware/codecs/es7210";
import { es8311 } from "modules/hardware/codecs/es8311";
import { expanderSwitch } from "modules/hardware/expanders/expander";
import { pca9557 } from "modules/hardware/expanders/port-expander";
import { spiPanel } from "modules/hardware/panels/spi-panel";
import type { Part } from "modules/parts/part";
import { pressToTalk } from "modules/parts/press-to-talk";
import { wifiSetup } from "modules/parts/wifi-setup";
import { screen } from "modules/ui/screen/screen-part";

const bus = { data: 1, clock: 2 };

/** The screen is always selected (0), the amplifier off at first (1), the camera without power (2). */
export const expander = pca9557({ bus, address: 0x19, outputs: { 0: 0, 1: 0, 2: 1 } });

export interface SzpiOptions {
  readonly name: string;
  /** Beside 45, the speaker's. */
  readonly strappingPins?: readonly number[];
  readonly parts?: readonly Part[];
}

/** What all variants of the LCKFB SZPI ESP32-S3 have. */
export function szpi({ name, strappingPins = [], parts = [] }: SzpiOptions): Board {
  return defineBoard({
    name,
    manufacturer: "lckfb",
    flashBytes: 16 * 1024 * 1024,
    chip: "esp32s3",
    strappingPins: [45, ...strappingPins],
    power: [expander],
    audio: standardAndTdm({
      sampleRate: 24000,
      pins: { mclk: 38, bclk: 14, ws: 13, microphone: 12, speaker: 45 },
      microphone: es7210({ bus, address: 0x41, microphoneGainDb: 28, referenceGainDb: 0 }),
      speaker: es8311({ bus, hasMicrophone: false }),
      hasReference: true,
      amplifier: expanderSwitch(expander, [1]),
    }),
    button: pinButton(0),
    screen: screen(spiPanel()),
    backlight: pwmBacklight(42, true),
    parts: [pressToTalk(), wifiSetup(), ...parts],
  });
}
