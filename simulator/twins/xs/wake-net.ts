import { call, register } from "host";

/** In place of the firmware's own `wake-net` on an ESP32: what it hears is decided outside, by `VirtualDevice.wake`. */
export default class WakeNet {
  onHeard: (() => void) | undefined;

  constructor(model: string) {
    if (model === "") throw new Error("no such model");
    call("wakeWord.open", register(this));
  }

  start(): void {
    call("wakeWord.listen", true);
  }

  stop(): void {
    call("wakeWord.listen", false);
  }

  /** Called by Node. */
  $heard(what: "wake" | "prompt" | "voice"): void {
    if (what === "wake") this.onHeard?.();
  }
}
