import type { ButtonEvents, ButtonPart } from "../../hardware/button.ts";
import { contained } from "../../system/contained.ts";
import { onLine } from "./console.ts";

/** A button that is pushed by the lines `click`, `press` and `release` of standard input. */
class ConsoleButton implements ButtonPart {
  create(events: ButtonEvents): void {
    onLine("click", () => contained("button", () => events.onClick()));
    onLine("press", () => contained("button", () => events.onPress()));
    onLine("release", () => contained("button", () => events.onRelease()));
  }
}

export function consoleButton(): ButtonPart {
  return new ConsoleButton();
}
