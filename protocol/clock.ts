/** Ends what it was returned for: a timer, a hold. Calling it twice is harmless. */
export type Cancel = () => void;

/** Runs `run` once after `ms` milliseconds, unless cancelled first. */
export type Schedule = (ms: number, run: () => void) => Cancel;

/** Where all code that waits gets its time from, so that a test or a simulation can supply it. */
export interface Clock {
  /** Milliseconds since the Unix epoch; differences are durations, for it never goes back. */
  now(): number;
  /** The same by the calendar, which somebody may set meanwhile; absent where nobody can: then it is `now`. */
  calendar?(): number;
  schedule: Schedule;
  /**
   * Says that work outside the event loop (a worker job, a native call) is pending. A virtual clock does not
   * advance before the returned function is called; a real clock ignores it.
   */
  hold(): Cancel;
}

/** Date and time, in ms since the epoch: for what is written, shown or signed. Durations are differences of `now`. */
export function calendarTime(clock: Clock): number {
  return clock.calendar?.() ?? clock.now();
}
