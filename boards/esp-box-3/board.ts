import { defineBoard } from "boards/board";
import { standardAndTdm } from "modules/hardware/audio-part";
import { pwmBacklight } from "modules/hardware/backlight";
import { pinButton } from "modules/hardware/button";
import { es7210 } from "modules/hardware/codecs/es7210";
import { es8311 } from "modules/hardware/codecs/es8311";
import { ili9341 } from "modules/hardware/panels/ili9341";
import { pinSwitch } from "modules/hardware/switch";
import { screen } from "modules/ui/screen/screen-part";

const bus = { data: 8, clock: 18 };

/** Espressif ESP32-S3-BOX-3, of those with an ILI9342. */
export default defineBoard({
  name: "esp-box-3",
  manufacturer: "espressif",
  flashBytes: 16 * 1024 * 1024,
  chip: "esp32s3",
  audio: standardAndTdm({
    sampleRate: 24000,
    pins: { mclk: 2, bclk: 17, ws: 45, microphone: 16, speaker: 15 },
    microphone: es7210({ bus }),
    speaker: es8311({ bus, hasMicrophone: false }),
    hasReference: true,
    amplifier: pinSwitch(46),
  }),
  button: pinButton(0),
  strappingPins: [45, 46],
  // Its reset is a high level.
  screen: screen(ili9341({ reset: pinSwitch(48) })),
  backlight: pwmBacklight(47),
});
