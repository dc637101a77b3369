import { defineBoard } from "boards/board";
import { voltageBattery } from "modules/hardware/analog/voltage-battery";
import { pwmBacklight } from "modules/hardware/backlight";
import { pinButton } from "modules/hardware/button";
import { pixelLight } from "modules/hardware/light";
import { powerHold } from "modules/hardware/power/power-switch";
import VirtualWakeWord from "virtual/wake-word";

/** A simulated device that lives on a battery: its voltage is at pin 4, its charger at pin 5, its power at pin 6. */
export default defineBoard({
  name: "simulator-battery",
  family: "simulator",
  chip: "simulator",
  button: pinButton(0),
  light: pixelLight(48),
  backlight: pwmBacklight(42),
  battery: voltageBattery({ pin: 4, ratio: 2, charging: { pin: 5 } }),
  powerSwitch: powerHold(6),
  wakeWord: new VirtualWakeWord(),
});
