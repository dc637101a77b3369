import { askRunner } from "modules/io/linux/console";

/** The SDK's global of ESP32, which has no `restart` on Linux: the runner starts the program anew. */
class System {
  static restart(): void {
    askRunner("restart");
  }

  /** Does nothing, as in the SDK on ESP32. */
  static deepSleep(): void {}
}

(globalThis as unknown as { System: typeof System }).System = System;

export default System;
