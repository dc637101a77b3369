import { defineBoard } from "boards/board";
import { fullDuplex } from "modules/hardware/audio-part";
import { pwmBacklight } from "modules/hardware/backlight";
import { pinButton } from "modules/hardware/button";
import { es8311 } from "modules/hardware/codecs/es8311";
import { pixelLight } from "modules/hardware/light";
import { gc9a01 } from "modules/hardware/panels/gc9a01";
import { pinSwitch } from "modules/hardware/switch";
import { screen } from "modules/ui/screen/screen-part";

/** Movecall Moji: an ES8311 and a round screen of 240 x 240. */
export default defineBoard({
  name: "movecall-moji-esp32s3",
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
  strappingPins: [3],
  light: pixelLight(21),
  screen: screen(gc9a01({ isRound: true })),
  backlight: pwmBacklight(3),
});
