import type { WakeWord, WakeWordEvents, WakeWordPart } from "../../hardware/wake-word.ts";
import { contained } from "../../system/contained.ts";
import { onLine } from "./console.ts";

const WAKE_WORD = "hello xiaozhi";

/** A detector that hears a wake word in the line `wake`, or in `wake <words>`, while it listens. */
class ConsoleWakeWord implements WakeWordPart {
  readonly worksWhileSpeaking = true;

  create(events: WakeWordEvents): WakeWord {
    let isListening = false;
    onLine("wake", (words) => {
      if (isListening) contained("wake word", () => events.onWake(words || WAKE_WORD));
    });
    return {
      start: () => {
        isListening = true;
      },
      stop: () => {
        isListening = false;
      },
    };
  }
}

export function consoleWakeWord(): WakeWordPart {
  return new ConsoleWakeWord();
}
