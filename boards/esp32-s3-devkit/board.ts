import { defineBoard } from "boards/board";
import { pinButton } from "modules/hardware/button";
import { pixelLight } from "modules/hardware/light";

/** ESP32-S3-DevKitC-1 (N16R8) with an INMP441 microphone and a MAX98357A amplifier on a breadboard. */
export default defineBoard({
  name: "esp32-s3-devkit",
  manufacturer: "espressif",
  flashBytes: 16 * 1024 * 1024,
  chip: "esp32s3",
  speakerSampleRate: 24000,
  button: pinButton(0),
  light: pixelLight(48),
});
