import { call } from "host";

/** Twin of the SDK's `time` and of `microseconds`, which adds a property to it. */
const Time = {
  set(seconds: number): void {
    call("time.set", seconds);
  },

  /** Milliseconds since the start as a signed 32-bit number; setting the clock does not change it. */
  get ticks(): number {
    return call("time.ticks");
  },

  get microseconds(): number {
    return call("time.microseconds");
  },

  delta(start: number, end: number = call<number>("time.ticks")): number {
    return (end - start) | 0;
  },

  /** Seconds east of UTC. */
  get timezone(): number {
    return call("time.zone");
  },

  set timezone(seconds: number) {
    call("time.setZone", seconds | 0);
  },

  get dst(): number {
    return call("time.dst");
  },

  set dst(seconds: number) {
    call("time.setDst", seconds | 0);
  },
};

export default Object.freeze(Time);
