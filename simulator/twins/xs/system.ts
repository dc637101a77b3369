import { call } from "host";

/** Twin of the global `System` of ESP32, which exists once this module has run; there nothing runs after `restart`. */
class System {
  static restart(): void {
    call("system.restart");
  }

  /** Does nothing on ESP32 in this version of the SDK, although it is there. */
  static deepSleep(): void {}
}

(globalThis as unknown as { System: typeof System }).System = System;

export default System;
