/** A moment as the clocks on the wall of a place show it. */
export interface LocalDay {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** `2026-11-21`. */
  readonly date: string;
  /** `14:05`. */
  readonly time: string;
  /** In English. */
  readonly weekday: string;
}

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

/** @param ms since the epoch @param timezoneMinutes east of UTC */
export function localDay(ms: number, timezoneMinutes: number): LocalDay {
  // The fields of UTC, moved by the zone, are those of the place.
  const moved = new Date(ms + timezoneMinutes * 60_000);
  const text = moved.toISOString();
  return {
    year: moved.getUTCFullYear(),
    month: moved.getUTCMonth() + 1,
    day: moved.getUTCDate(),
    date: text.slice(0, 10),
    time: text.slice(11, 16),
    weekday: WEEKDAYS[moved.getUTCDay()] as string,
  };
}
