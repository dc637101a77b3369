import { defineBoard } from "boards/board";
import { pwmBacklight } from "modules/hardware/backlight";
import { pinButton } from "modules/hardware/button";
import { pixelLight } from "modules/hardware/light";
import { gc9a01 } from "modules/hardware/panels/gc9a01";
import { camera } from "modules/parts/camera/camera";
import { screen } from "modules/ui/screen/screen-part";

/** The simulator with a camera, which sees the file of `xiaozhi sim --camera`, and a round screen. */
export default defineBoard({
  name: "simulator-camera",
  family: "simulator",
  chip: "simulator",
  button: pinButton(0),
  light: pixelLight(48),
  backlight: pwmBacklight(42),
  screen: screen(gc9a01({ isRound: true })),
  parts: [camera({ pins: { xclk: 5, data: [16, 18, 8, 17, 15, 6, 4, 9], vsync: 10, href: 11, pclk: 7 } })],
});
