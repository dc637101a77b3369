import { defineBoard } from "boards/board";
import { fullDuplex } from "modules/hardware/audio-part";
import { axp2101 } from "modules/hardware/axp2101";
import { pinButton } from "modules/hardware/button";
import { es8311 } from "modules/hardware/codecs/es8311";
import { expanderSwitch } from "modules/hardware/expanders/expander";
import { tca9554 } from "modules/hardware/expanders/port-expander";
import { panelLight } from "modules/hardware/panels/panel-light";
import { sh8601 } from "modules/hardware/panels/sh8601";
import { pinSwitch } from "modules/hardware/switch";
import { wifiSetup } from "modules/parts/wifi-setup";
import { screen } from "modules/ui/screen/screen-part";

const bus = { data: 15, clock: 14 };

/** The microphone's supply. */
const power = axp2101({ bus, voltages: { aldo1: 3300 } });

/** Its outputs reset the screen and what is on its glass; low resets. */
const expander = tca9554({ bus, address: 0x20, outputs: { 0: 1, 1: 1, 2: 1 } });

const panel = sh8601({ reset: expanderSwitch(expander, [0, 1, 2], true) });

/** Waveshare ESP32-S3-Touch-AMOLED-1.8: ES8311, an SH8601 of 368 x 448. */
export default defineBoard({
  name: "waveshare-amoled-1.8",
  family: "esp32-s3-touch-amoled-1.8",
  manufacturer: "waveshare",
  flashBytes: 16 * 1024 * 1024,
  chip: "esp32s3",
  strappingPins: [45, 46],
  power: [power, expander],
  battery: power,
  powerSwitch: power,
  audio: fullDuplex({
    sampleRate: 24000,
    pins: { mclk: 16, bclk: 9, ws: 45, microphone: 10, speaker: 8 },
    codec: es8311({ bus }),
    amplifier: pinSwitch(46),
  }),
  button: pinButton(0),
  screen: screen(panel),
  backlight: panelLight(panel),
  parts: [wifiSetup()],
});
