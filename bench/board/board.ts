import { defineBoard } from "boards/board";
import { pinButton } from "modules/hardware/button";

/** A device that cancels its own echo: it sends and plays sound at the same time. */
export default defineBoard({
  name: "bench-full-duplex",
  chip: "simulator",
  echoCancel: "device",
  button: pinButton(0),
});
