import type { TwinHost, TwinPart } from "./part.ts";

export interface TimeOptions {
  /** Told when the device sets its clock: milliseconds to add to the simulator's time. */
  onOffset: (ms: number) => void;
  /** Told when local time changes against UTC: its zone and summer time together, in seconds. */
  onUtcOffset: (seconds: number) => void;
}

/** The Node side of `time`. */
export function createTime(host: TwinHost, options: TimeOptions): TwinPart {
  const startedAt = host.clock.now();
  let zoneSeconds = 0;
  let dstSeconds = 0;
  return {
    calls: {
      "time.set": (seconds: number) => options.onOffset(seconds * 1000 - host.clock.now()),
      "time.sync": () => options.onOffset(0),
      "time.ticks": () => (host.clock.now() - startedAt) | 0,
      "time.microseconds": () => Math.floor((host.clock.now() - startedAt) * 1000),
      "time.zone": () => zoneSeconds,
      "time.setZone": (seconds: number) => {
        zoneSeconds = seconds;
        options.onUtcOffset(zoneSeconds + dstSeconds);
      },
      "time.dst": () => dstSeconds,
      "time.setDst": (seconds: number) => {
        dstSeconds = seconds;
        options.onUtcOffset(zoneSeconds + dstSeconds);
      },
    },
    close() {},
  };
}
