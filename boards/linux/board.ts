import { defineBoard } from "boards/board";
import { consoleButton } from "modules/io/linux/console-button";

/** The SDK's Linux build: the computer's own microphone and speaker, and a button in the terminal. */
export default defineBoard({
  name: "linux",
  chip: "linux",
  speakerSampleRate: 24000,
  button: consoleButton(),
});
