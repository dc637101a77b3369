import { defineBoard } from "boards/board";
import { pinButton } from "modules/hardware/button";
import { pixelLight } from "modules/hardware/light";
import { improvSerial } from "modules/provisioning/improv/improv-serial";
import VirtualWakeWord from "virtual/wake-word";

/** A simulated device with a cable to a computer, over which Improv brings it into a network. */
export default defineBoard({
  name: "simulator-serial",
  family: "simulator",
  chip: "simulator",
  button: pinButton(0),
  light: pixelLight(48),
  serialSetup: improvSerial(),
  wakeWord: new VirtualWakeWord(),
});
