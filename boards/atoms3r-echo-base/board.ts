import { defineBoard } from "boards/board";
import { fullDuplex } from "modules/hardware/audio-part";
import { pinButton } from "modules/hardware/button";
import { es8311 } from "modules/hardware/codecs/es8311";
import { expanderSwitch } from "modules/hardware/expanders/expander";
import { pi4ioe5v6408 } from "modules/hardware/expanders/pi4ioe5v6408";

const bus = { data: 38, clock: 39 };

/** The outputs of the base's expander, which switch its amplifier. */
const expander = pi4ioe5v6408({ bus, outputs: { 1: 0, 2: 0, 3: 0, 5: 0, 6: 0 } });

/** M5Stack AtomS3R on an Atomic Echo Base, without its screen. */
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
});
