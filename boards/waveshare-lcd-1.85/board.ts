import { defineBoard } from "boards/board";
import { twoControllers } from "modules/hardware/audio-part";
import { pwmBacklight } from "modules/hardware/backlight";
import { eitherButton, pinButton } from "modules/hardware/button";
import { expanderSwitch } from "modules/hardware/expanders/expander";
import { tca9554 } from "modules/hardware/expanders/port-expander";
import { st77916 } from "modules/hardware/panels/st77916";
import { powerHold } from "modules/hardware/power/power-switch";
import { wifiSetup } from "modules/parts/wifi-setup";
import { screen } from "modules/ui/screen/screen-part";

/** Its outputs reset touch and screen; low resets. */
const expander = tca9554({ bus: { data: 11, clock: 10 }, address: 0x20, outputs: { 0: 1, 1: 1 } });

/** Waveshare ESP32-S3-Touch-LCD-1.85: a microphone, an amplifier, a round ST77916 of 360 x 360. */
export default defineBoard({
  name: "waveshare-lcd-1.85",
  family: "esp32-s3-touch-lcd-1.85",
  manufacturer: "waveshare",
  flashBytes: 16 * 1024 * 1024,
  chip: "esp32s3",
  strappingPins: [45, 46],
  // Once its power button (6) has started it, the board keeps itself on.
  powerSwitch: powerHold(7),
  power: [expander],
  audio: twoControllers({
    microphone: { sampleRate: 16000, bclk: 15, ws: 2, data: 39 },
    speaker: { sampleRate: 24000, bclk: 48, ws: 38, data: 47 },
  }),
  button: eitherButton(pinButton(0), pinButton(6)),
  screen: screen(st77916({ isRound: true, reset: expanderSwitch(expander, [0, 1], true) })),
  backlight: pwmBacklight(5),
  parts: [wifiSetup()],
});
