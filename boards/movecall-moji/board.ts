import { defineBoard } from "boards/board";
import { fullDuplex } from "modules/hardware/audio-part";
import { pinButton } from "modules/hardware/button";
import { es8311 } from "modules/hardware/codecs/es8311";
import { pixelLight } from "modules/hardware/light";
import { pinSwitch } from "modules/hardware/switch";

/** Movecall Moji, without its screen. */
export default defineBoard({
  name: "movecall-moji",
  family: "movecall-moji-esp32s3",
  manufacturer: "movecall",
  flashBytes: 16 * 1024 * 1024,
  chip: "esp32s3",
  audio: fullDuplex({
    sampleRate: 24000,
    pins: { mclk: 6, bclk: 14, ws: 12, microphone: 13, speaker: 11 },
    codec: es8311({ bus: { data: 5, clock: 4 } }),
    amplifier: pinSwitch(9),
  }),
  button: pinButton(0),
  light: pixelLight(21),
});
