import { defineBoard } from "boards/board";
import { pwmBacklight } from "modules/hardware/backlight";
import { pinButton } from "modules/hardware/button";
import { pixelLight } from "modules/hardware/light";
import type { Panel, PanelPart } from "modules/hardware/panel";
import { screen } from "modules/ui/screen/screen-part";
import VirtualScreen from "virtual/screen";
import VirtualWakeWord from "virtual/wake-word";

class VirtualPanel implements PanelPart {
  create(): Panel {
    const pixels = new VirtualScreen();
    return { pixels, isRound: pixels.isRound };
  }
}

/** The simulator with a screen, of the size that a test or `xiaozhi sim --screen` asks for. */
export default defineBoard({
  name: "simulator-screen",
  family: "simulator",
  chip: "simulator",
  button: pinButton(0),
  light: pixelLight(48),
  backlight: pwmBacklight(42),
  screen: screen(new VirtualPanel()),
  wakeWord: new VirtualWakeWord(),
});
