import type { WakeWordChip } from "../../device/wake-word-chip.ts";
import type { TwinHost, TwinPart } from "./part.ts";

/** The Node side of `virtual/wake-word`. */
export function createWakeWord(host: TwinHost, chip: WakeWordChip): TwinPart {
  let current: number | undefined;
  return {
    calls: {
      "wakeWord.open": (id: number) => {
        current = id;
        chip.connect((what, said) => {
          host.post(() => {
            if (current === id) host.notify(id, "$heard", what, said);
          });
        });
      },
      "wakeWord.listen": (isListening: boolean) => chip.listen(isListening),
      // A copy: the device fills the same memory with what it hears next.
      "wakeWord.hear": (pcm: Uint8Array) => chip.hear(new Int16Array(new Uint8Array(pcm).buffer)),
    },
    close() {
      current = undefined;
      chip.disconnect();
    },
  };
}
