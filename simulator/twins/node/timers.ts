import type { Cancel } from "../../../protocol/clock.ts";
import { RealClock } from "../../clock.ts";
import type { TwinHost, TwinPart } from "./part.ts";

/** The Node side of `timer`: repeating timers do not drift. */
export function createTimers(host: TwinHost): TwinPart {
  const running = new Map<number, Cancel>();

  function stop(id: number): void {
    running.get(id)?.();
    running.delete(id);
  }

  function start(id: number, at: number, repeatMs: number): void {
    const fire = () => {
      running.delete(id);
      if (repeatMs > 0) start(id, at + repeatMs, repeatMs);
      host.notify(id, "fire");
    };
    running.set(id, host.clock.schedule(at - host.clock.now(), fire));
  }

  return {
    calls: {
      "timer.schedule": (id: number, ms: number, repeatMs: number) => {
        stop(id);
        start(id, host.clock.now() + ms, repeatMs);
      },
      "timer.stop": stop,
      // Virtual time cannot pass while the device's code is running.
      "timer.delay": (ms: number) => {
        if (host.clock instanceof RealClock) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
      },
    },
    close() {
      for (const cancel of running.values()) cancel();
      running.clear();
    },
  };
}
