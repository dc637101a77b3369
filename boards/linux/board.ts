import { defineBoard } from "boards/board";

/** The SDK's Linux build: the computer's own microphone and speaker, no pins. */
export default defineBoard({
  name: "linux",
  chip: "linux",
  speakerSampleRate: 24000,
});
