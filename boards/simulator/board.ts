import { defineBoard } from "boards/board";
import { pwmBacklight } from "modules/hardware/backlight";
import { pinButton } from "modules/hardware/button";
import { pixelLight } from "modules/hardware/light";
import VirtualWakeWord from "virtual/wake-word";

/** Button, light, backlight, microphone, speaker and wake word of the simulator. */
export default defineBoard({
  name: "simulator",
  chip: "simulator",
  button: pinButton(0),
  light: pixelLight(48),
  backlight: pwmBacklight(42),
  wakeWord: new VirtualWakeWord(),
});
