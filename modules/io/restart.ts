import { log } from "../system/log.ts";

/** The SDK's global where the platform can restart itself. */
interface RestartingPlatform {
  readonly System?: { restart(): void };
}

/** Restarts the device; where the platform cannot do that by itself, the log line asks whoever runs the program. */
export function restart(): void {
  log.warn("restart requested");
  (globalThis as RestartingPlatform).System?.restart();
}
