import { defineBoard } from "boards/board";
import { twoControllers } from "modules/hardware/audio-part";
import { pinButton } from "modules/hardware/button";
import { pixelLight } from "modules/hardware/light";
import { improvSerial } from "modules/provisioning/improv/improv-serial";

/** ESP32-S3-DevKitC-1 (N16R8) with an INMP441 microphone and a MAX98357A amplifier on a breadboard. */
export default defineBoard({
  name: "esp32-s3-devkit",
  manufacturer: "espressif",
  flashBytes: 16 * 1024 * 1024,
  chip: "esp32s3",
  audio: twoControllers({
    microphone: { sampleRate: 16000, bclk: 5, ws: 4, data: 6 },
    speaker: { sampleRate: 24000, bclk: 15, ws: 16, data: 7 },
  }),
  button: pinButton(0),
  serialSetup: improvSerial(),
  light: pixelLight(48),
});
