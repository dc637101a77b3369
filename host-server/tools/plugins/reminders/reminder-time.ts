import { ToolError } from "../../../errors.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * The moment that a local time names: `2026-11-21 18:30`, or `18:30` for the next time that clocks show it.
 *
 * @param timezoneMinutes east of UTC
 * @throws ToolError `tool-argument` for what is no time, or is over
 */
export function momentOf(time: string, now: number, timezoneMinutes: number): number {
  const [, date, hours, minutes] = /^(?:(\d{4}-\d{2}-\d{2})[T ])?(\d{1,2}):(\d{2})(?::\d{2})?$/.exec(time.trim()) ?? [];
  const ofDay = Number(hours) * 60 + Number(minutes);
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) throw refused(time);
  const local = now + timezoneMinutes * MINUTE_MS;
  const midnight = date === undefined ? Math.floor(local / DAY_MS) * DAY_MS : Date.parse(`${date}T00:00:00Z`);
  const moment = midnight + (ofDay - timezoneMinutes) * MINUTE_MS;
  if (moment > now) return moment;
  // Of a day that is named there is no next one; a NaN is no day.
  if (date !== undefined)
    throw Number.isNaN(moment) ? refused(time) : new ToolError("tool-argument", `${time} is over`);
  return moment + DAY_MS;
}

function refused(time: string): ToolError {
  return new ToolError("tool-argument", `time: expected 18:30 or 2026-11-21 18:30, got "${time.slice(0, 40)}"`);
}
