import { calendarTime } from "../../../protocol/clock.ts";
import { definePlugin, type Plugin, type PluginHost } from "../plugin.ts";
import { localDay } from "./local-day.ts";

/** Tells date and time of the place where the devices are. */
export function getTime({ clock, timezoneMinutes }: PluginHost): Plugin {
  return definePlugin({
    name: "get_time",
    description: "Gets the current local date, weekday and time. For the lunar calendar there is get_lunar.",
    params: {},
    run: () => {
      const { date, weekday, time } = localDay(calendarTime(clock), timezoneMinutes());
      return { data: { date, weekday, time, utc_offset: offset(timezoneMinutes()) } };
    },
  });
}

/** `+08:00`. */
function offset(minutes: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(size / 60)}:${two(size % 60)}`;
}
