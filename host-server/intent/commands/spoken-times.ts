import { chineseNumber } from "../chinese-numbers.ts";
import type { CommandState } from "../command.ts";
import { numberWords } from "../numbers.ts";

/** A unit of time, as templates and answers say it. */
export interface TimeUnit {
  readonly english: string;
  /** Template. */
  readonly chinese: string;
  readonly spoken: string;
  readonly seconds: number;
}

export const TIME_UNITS: readonly TimeUnit[] = [
  { english: "second", chinese: "秒 [钟]", spoken: "秒", seconds: 1 },
  { english: "minute", chinese: "分 [钟]", spoken: "分钟", seconds: 60 },
  { english: "hour", chinese: "[个] (小时|钟头)", spoken: "小时", seconds: 3_600 },
];

/** The duration of a sentence with `{count:…}`, one unless it is said, and its words. */
export function duration({ slots }: CommandState, { english, spoken }: TimeUnit) {
  const count = slots["count"] ?? 1;
  const en = `${numberWords(count)} ${count === 1 ? english : `${english}s`}`;
  return { count, en, zh: `${chineseNumber(count)}${spoken}` };
}

/** The time of a sentence with `{hour:…}` and perhaps `{minute:…}`: as 07:30, and in words. */
export function timeOfDay({ slots: { hour = 0, minute = 0 } }: CommandState) {
  const time = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
  const minutes = `${minute < 10 ? "oh " : ""}${numberWords(minute)}`;
  const en = minute === 0 ? `${numberWords(hour)} o'clock` : `${numberWords(hour)} ${minutes}`;
  return { time, en, zh: `${chineseNumber(hour)}点${minute === 0 ? "" : `${chineseNumber(minute)}分`}` };
}
