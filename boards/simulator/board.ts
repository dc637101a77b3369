import { pwmBacklight } from "../../modules/hardware/backlight.ts";
import { pinButton } from "../../modules/hardware/button.ts";
import { pixelLight } from "../../modules/hardware/light.ts";
import { defineBoard } from "../board.ts";

export default defineBoard({
  name: "simulator",
  chip: "simulator",
  speakerSampleRate: 24000,
  button: pinButton(0),
  light: pixelLight(48),
  backlight: pwmBacklight(42),
});
