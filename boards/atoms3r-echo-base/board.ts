import { defineBoard } from "boards/board";
import { fullDuplex } from "modules/hardware/audio-part";
import { pinButton } from "modules/hardware/button";
import { es8311 } from "modules/hardware/codecs/es8311";
import { expanderSwitch } from "modules/hardware/expanders/expander";
import { pi4ioe5v6408 } from "modules/hardware/expanders/pi4ioe5v6408";
import { lp5562Backlight } from "modules/hardware/lp5562";
import { ili9341 } from "modules/hardware/panels/ili9341";
import { screen } from "modules/ui/screen/screen-part";

const bus = { data: 38, clock: 39 };

/** The outputs of the base's expander, which switch its amplifier. */
const expander = pi4ioe5v6408({ bus, outputs: { 1: 0, 2: 0, 3: 0, 5: 0, 6: 0 } });

/** M5Stack AtomS3R on an Atomic Echo Base; its panel is a GC9107, which takes the commands of an ILI9341. */
export default defineBoard({
  name: "atoms3r-echo-base",
  manufacturer: "m5stack",
  flashBytes: 8 * 1024 * 1024,
  chip: "esp32s3",
  audio: fullDuplex({
    sampleRate: 24000,
    pins: { bclk: 8, ws: 6, microphone: 7, speaker: 5 },
    codec: es8311({ bus }),
    amplifier: expanderSwitch(expander, [1, 2, 3, 5, 6]),
  }),
  button: pinButton(41),
  screen: screen(ili9341()),
  backlight: lp5562Backlight({ bus: { data: 45, clock: 0 } }),
  strappingPins: [0, 45],
});
