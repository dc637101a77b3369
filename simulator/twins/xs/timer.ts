import { call, register, release } from "host";

type Callback = (timer: RunningTimer) => void;

/** What `Timer.set` gives out. Node calls `fire` when the time has come. */
class RunningTimer {
  #id: number | undefined;
  #callback: Callback;
  /** 0: ends after the next run. -1: unscheduled, but kept. */
  #repeatMs = 0;

  constructor(callback: Callback) {
    this.#callback = callback;
    this.#id = register(this);
  }

  schedule(ms: number, repeatMs: number): void {
    if (this.#id === undefined) throw new SyntaxError("C: xsGetHostData: invalid host data");
    this.#repeatMs = repeatMs;
    call("timer.schedule", this.#id, ms, repeatMs);
  }

  unschedule(): void {
    if (this.#id === undefined) throw new SyntaxError("C: xsGetHostData: invalid host data");
    this.#repeatMs = -1;
    call("timer.stop", this.#id);
  }

  end(): void {
    if (this.#id === undefined) return;
    call("timer.stop", this.#id);
    release(this.#id);
    this.#id = undefined;
  }

  fire(): void {
    this.#callback.call(globalThis, this);
    if (this.#repeatMs === 0) this.end();
  }
}

function start(callback: Callback, ms: number, repeatMs: number): RunningTimer {
  // What is no function is noticed only when the time has come, and ends the device.
  const timer = new RunningTimer(callback);
  timer.schedule(ms, repeatMs);
  return timer;
}

/** Twin of the SDK's `timer`: a one-shot timer that is scheduled again inside its own callback still ends, as there. */
export default Object.freeze({
  set(callback: Callback, ms = 0, repeatMs = 0): RunningTimer {
    return start(callback, ms | 0, repeatMs | 0);
  },

  repeat(callback: Callback, ms: number): RunningTimer {
    return start(callback, ms | 0, ms | 0);
  },

  /** Without a time the timer is kept, but does not run. */
  schedule(timer: RunningTimer, ms?: number, repeatMs = 0): void {
    if (!(timer instanceof RunningTimer)) throw new SyntaxError("C: xsGetHostData: not a host object");
    if (ms === undefined) timer.unschedule();
    else timer.schedule(ms | 0, repeatMs | 0);
  },

  /** Anything that is not a running timer is ignored. */
  clear(timer?: unknown): void {
    if (timer instanceof RunningTimer) timer.end();
  },

  /** Blocks for that long on a real clock; virtual time does not pass inside a call. */
  delay(ms: number): void {
    call("timer.delay", ms | 0);
  },
});
