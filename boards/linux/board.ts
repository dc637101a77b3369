import { defineBoard } from "boards/board";
import { consoleButton } from "modules/io/linux/console-button";
import { consoleWakeWord } from "modules/io/linux/console-wake-word";

/** The SDK's Linux build: the computer's own microphone and speaker, and a button and a wake word in the terminal. */
export default defineBoard({
  name: "linux",
  chip: "linux",
  button: consoleButton(),
  wakeWord: consoleWakeWord(),
});
