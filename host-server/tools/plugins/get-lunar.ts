import { type Lunar, Solar } from "lunar-typescript";
import { calendarTime } from "../../../protocol/clock.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { ToolError } from "../../errors.ts";
import { definePlugin, type Plugin, type PluginHost } from "../plugin.ts";
import { localDay } from "./local-day.ts";
import { SOLAR_TERMS, TOPICS, ZODIAC } from "./lunar-words.ts";

/** Tells what the Chinese calendar says of a day. */
export function getLunar({ clock, timezoneMinutes }: PluginHost): Plugin {
  return definePlugin({
    name: "get_lunar",
    description:
      "Gets the Chinese lunar calendar (农历) and almanac (黄历) of a day: lunar date, zodiac animal (生肖), " +
      "stems and branches (干支), solar terms (节气), festivals, what the day is good and bad for (宜忌).",
    params: {
      date: { type: "string", description: "The day as YYYY-MM-DD; leave it out for today.", default: "" },
      query: { type: "string", description: "What is asked for; leave it out for all.", default: "" },
    },
    run: ({ date, query }) => {
      const today = () => localDay(calendarTime(clock), timezoneMinutes());
      return { data: almanac(date.trim() === "" ? today() : parseDay(date), query) };
    },
  });
}

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** @throws ToolError `tool-argument` */
function parseDay(text: string): Day {
  const [, year, month, day] = (/^\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*$/.exec(text) ?? []).map(Number);
  const date = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day ?? 0));
  // A day such as February 30 becomes another one.
  if (year && month && day && date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1600) {
    return { year, month, day };
  }
  throw new ToolError("tool-argument", `date: expected a day as YYYY-MM-DD, from 1600 on, got ${text.slice(0, 40)}`);
}

/** What is asked for, or all of it when the question names nothing that there is. */
function almanac({ year, month, day }: Day, query: string): JsonObject {
  const lunar = Solar.fromYmd(year, month, day).getLunar();
  const all = partsOf(lunar);
  const asked = Object.entries(TOPICS).filter(([, words]) => words.test(query));
  const parts = asked.length === 0 ? all : Object.fromEntries(asked.map(([topic]) => [topic, all[topic]]));
  return { date: lunar.getSolar().toYmd(), lunar_date: lunarDate(lunar), ...parts };
}

/** `二〇二六年十月十三`, which the twelfth month has, too: 腊月. */
function lunarDate(lunar: Lunar): string {
  return `${lunar.getYearInChinese()}年${lunar.getMonthInChinese()}月${lunar.getDayInChinese()}`;
}

function partsOf(lunar: Lunar): JsonObject {
  const solar = lunar.getSolar();
  const animal = lunar.getYearShengXiao();
  const festivals = [
    ...lunar.getFestivals(),
    ...lunar.getOtherFestivals(),
    ...solar.getFestivals(),
    ...solar.getOtherFestivals(),
  ];
  return {
    zodiac: `${animal} (${ZODIAC[animal] ?? animal})`,
    ganzhi: `${lunar.getYearInGanZhi()}年 ${lunar.getMonthInGanZhi()}月 ${lunar.getDayInGanZhi()}日`,
    solar_terms: solarTerms(lunar),
    festivals,
    suitable: lunar.getDayYi(),
    unsuitable: lunar.getDayJi(),
    constellation: `${solar.getXingZuo()}座`,
    moon: lunar.getYueXiang(),
  };
}

function solarTerms(lunar: Lunar): JsonObject {
  const today = lunar.getJieQi();
  const term = (name: string) => `${name} (${SOLAR_TERMS[name] ?? name})`;
  const [before, after] = [lunar.getPrevJieQi(true), lunar.getNextJieQi(true)];
  return {
    ...(today !== "" && { today: term(today) }),
    previous: `${term(before.getName())} ${before.getSolar().toYmd()}`,
    next: `${term(after.getName())} ${after.getSolar().toYmd()}`,
  };
}
