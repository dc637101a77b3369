import { join } from "node:path";
import { calendarTime } from "../../../../protocol/clock.ts";
import type { JsonObject } from "../../../../protocol/json.ts";
import { ToolError } from "../../../errors.ts";
import { definePlugin, type Plugin, type PluginHost } from "../../plugin.ts";
import type { Reach } from "../../reach.ts";
import { localDay } from "../local-day.ts";
import { LANG_PARAM, languageFor } from "../user-language.ts";
import { type Reminder, ReminderFile } from "./reminder-file.ts";
import { momentOf } from "./reminder-time.ts";
import { Reminders } from "./reminders.ts";

const MAX_TEXT = 200;
const YEAR_S = 366 * 24 * 3_600;

/** Reminders by voice: the tools that set, list and cancel them. Undefined where devices cannot be spoken through. */
export function reminderPlugins(host: PluginHost, reach: Reach | undefined): readonly Plugin[] | undefined {
  if (!reach) return undefined;
  const { clock, log, timezoneMinutes } = host;
  const file = new ReminderFile(join(host.dataDirectory, "reminders.json"), log);
  const reminders = new Reminders({ file, reach, clock, log, timezoneMinutes });
  return [setReminder(host, reminders), listReminders(host, reminders), cancelReminder(host, reminders)];
}

function setReminder(host: PluginHost, reminders: Reminders): Plugin {
  const { clock, timezoneMinutes } = host;
  return definePlugin({
    name: "set_reminder",
    description:
      "Reminds the user of something: says it aloud at a time. Give `seconds` from now, or `time`. For a timer or an " +
      "alarm that only rings there is self_timer_set on devices that have it.",
    params: {
      text: {
        type: "string",
        description: "What to remind of, in the user's words; empty for a plain alarm.",
        default: "",
      },
      seconds: { type: "integer", minimum: 0, maximum: YEAR_S, default: 0 },
      time: { type: "string", description: "Local time: 18:30, or 2026-11-21 18:30 for another day.", default: "" },
      lang: LANG_PARAM,
    },
    run: async ({ text, seconds, time, lang }, { deviceId }) => {
      if (deviceId === "") throw new ToolError("reminder-device", "No device is named that could say it.");
      if (seconds > 0 === (time !== "")) throw new ToolError("tool-argument", "Expected either seconds or time.");
      const now = calendarTime(clock);
      const at = seconds > 0 ? now + seconds * 1000 : momentOf(time, now, timezoneMinutes());
      const what = text.trim().slice(0, MAX_TEXT);
      return {
        data: viewOf(await reminders.add({ deviceId, text: what, language: languageFor(lang, what), at }), host),
      };
    },
    start: () => reminders.start(),
    stop: () => reminders.stop(),
  });
}

function listReminders(host: PluginHost, reminders: Reminders): Plugin {
  return definePlugin({
    name: "list_reminders",
    description: "Lists what the user is to be reminded of, the next one first.",
    params: {},
    run: (_args, { deviceId }) => ({ data: { reminders: reminders.of(deviceId).map((each) => viewOf(each, host)) } }),
  });
}

function cancelReminder(host: PluginHost, reminders: Reminders): Plugin {
  return definePlugin({
    name: "cancel_reminder",
    description: "Cancels a reminder: by its id, by words of it, or the only one there is.",
    params: {
      id: { type: "integer", minimum: 0, default: 0, description: "As list_reminders gives it." },
      text: { type: "string", default: "", description: "Words of it, when the id is not known." },
    },
    run: ({ id, text }, { deviceId }) => {
      const own = reminders.of(deviceId);
      const words = text.trim().toLowerCase();
      const found = own.filter((each) => (id > 0 ? each.id === id : each.text.toLowerCase().includes(words)));
      const [reminder] = found;
      if (!reminder) throw new ToolError("reminder-unknown", "There is no such reminder.");
      if (found.length > 1) {
        throw new ToolError(
          "reminder-unclear",
          `There are ${found.length}: ${found.map((each) => each.text).join("; ")}. Which one?`,
        );
      }
      reminders.remove(reminder);
      return { data: { cancelled: viewOf(reminder, host) } };
    },
  });
}

/** A reminder as a model is told of it. */
function viewOf({ id, text, at }: Reminder, { clock, timezoneMinutes }: PluginHost): JsonObject {
  const { date, time, weekday } = localDay(at, timezoneMinutes());
  return { id, text, date, weekday, time, in_minutes: Math.max(0, Math.round((at - calendarTime(clock)) / 60_000)) };
}
