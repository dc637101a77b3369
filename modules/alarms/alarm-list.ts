import { isObject, parseJson } from "../../protocol/json.ts";

/** Something that will ring. */
export interface Alarm {
  readonly id: number;
  /** When it rings, ms since the Unix epoch. */
  readonly at: number;
  /** A `timer` counts down, whatever the clock does; an `alarm` goes by the clock. */
  readonly kind: "timer" | "alarm";
  readonly label: string;
}

/** As many as fit one stored text of 4000 bytes with room to spare. */
export const MAX_ALARMS = 10;
export const MAX_LABEL_CHARACTERS = 40;

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

function readAlarm(value: unknown): Alarm[] {
  if (!isObject(value)) return [];
  const { id, at, kind, label } = value;
  if (!Number.isSafeInteger(id) || (id as number) < 1 || !Number.isFinite(at) || typeof label !== "string") return [];
  if (kind !== "timer" && kind !== "alarm") return [];
  return [{ id: id as number, at: at as number, kind, label: label.slice(0, MAX_LABEL_CHARACTERS) }];
}

/** The stored alarms; what cannot be read is left out. */
export function parseAlarms(text: string): Alarm[] {
  if (text === "") return [];
  try {
    const value = parseJson(text);
    return Array.isArray(value) ? value.flatMap(readAlarm).slice(0, MAX_ALARMS) : [];
  } catch {
    // a damaged text must not keep a device from starting
    return [];
  }
}

/** The next moment after `now` at which a clock `offsetMinutes` east of UTC shows `time` ("7:05"); undefined if never. */
export function nextTimeOfDay(time: string, now: number, offsetMinutes: number): number | undefined {
  const parts = /^(\d{1,2}):(\d{2})$/.exec(time);
  const hours = Number(parts?.[1]);
  const minutes = Number(parts?.[2]);
  if (!parts || hours > 23 || minutes > 59) return undefined;
  const local = Math.floor(now / MINUTE_MS) + offsetMinutes;
  const wait = hours * 60 + minutes - (((local % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES);
  return (local - offsetMinutes + (wait > 0 ? wait : wait + DAY_MINUTES)) * MINUTE_MS;
}

/** What a clock `offsetMinutes` east of UTC shows: "07:05". */
export function timeOfDay(at: number, offsetMinutes: number): string {
  return new Date(at + offsetMinutes * MINUTE_MS).toISOString().slice(11, 16);
}
