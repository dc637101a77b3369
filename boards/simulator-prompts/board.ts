import { defineBoard } from "boards/board";
import { pinButton } from "modules/hardware/button";
import { pixelLight } from "modules/hardware/light";
import VirtualWakeWord from "virtual/wake-word";

/** The simulator with the sounds that a device has of its own, in all languages; `simulator` is quiet. */
export default defineBoard({
  name: "simulator-prompts",
  family: "simulator",
  chip: "simulator",
  button: pinButton(0),
  light: pixelLight(48),
  wakeWord: new VirtualWakeWord(),
});
