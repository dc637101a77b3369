import { defineBoard } from "boards/board";
import { pinButton } from "modules/hardware/button";
import { pixelLight } from "modules/hardware/light";
import VirtualWakeWord from "virtual/wake-word";

/** A board whose wake word detector hears the microphone, also while the device speaks, as that of an ESP32-S3 can. */
export default defineBoard({
  name: "simulator-wake",
  family: "simulator",
  chip: "simulator",
  button: pinButton(0),
  light: pixelLight(48),
  wakeWord: new VirtualWakeWord({ hearsMicrophone: true, worksWhileSpeaking: true }),
});
