import { type Cancel, type Clock, calendarTime } from "../../../../protocol/clock.ts";
import { ToolError } from "../../../errors.ts";
import type { Log } from "../../../log.ts";
import type { Reach } from "../../reach.ts";
import { localDay } from "../local-day.ts";
import type { Reminder, ReminderFile } from "./reminder-file.ts";

const MAX_OF_DEVICE = 50;
const MAX_REMINDERS = 5_000;
/** The computer's clock may be set: it is looked at no less often, ms. */
const LOOK_MS = 60_000;
/** How often a device that was away is looked for, ms. */
const RETRY_MS = 5_000;
/** From so late on it is said when it should have been, ms. */
const LATE_MS = 60_000;
/** Nobody wants to hear of what is longer ago, ms. */
const FORGOTTEN_MS = 7 * 24 * 3_600_000;
/** The device's own timer rings so much later, s, unless the words were said until then. */
const RING_AFTER_S = 20;
/** Longest timer of a device, s. */
const MAX_TIMER_S = 7 * 24 * 3_600;
const LABEL_CHARACTERS = 40;

export interface RemindersOptions {
  readonly file: ReminderFile;
  readonly reach: Reach;
  readonly clock: Clock;
  readonly log: Log;
  readonly timezoneMinutes: () => number;
}

/**
 * What users are reminded of. It is said at its time, through the device that was asked; to one that is away as soon as it
 * is back. Devices with timers of their own ring when nobody could say it.
 */
export class Reminders {
  readonly #options: RemindersOptions;
  #reminders: readonly Reminder[];
  /** Ids of those that are being said, or were not long ago. */
  readonly #busy = new Set<number>();
  #cancelLook: Cancel | undefined;
  #isRunning = false;

  constructor(options: RemindersOptions) {
    this.#options = options;
    this.#reminders = options.file.read();
  }

  start(): void {
    this.#isRunning = true;
    this.#look();
  }

  stop(): void {
    this.#isRunning = false;
    this.#cancelLook?.();
  }

  /** Those of a device, the next one first. */
  of(deviceId: string): readonly Reminder[] {
    return this.#reminders.filter((reminder) => isOf(reminder, deviceId)).sort((a, b) => a.at - b.at);
  }

  /** @throws ToolError `reminder-limit` */
  async add(wanted: Omit<Reminder, "id" | "timer">): Promise<Reminder> {
    const { deviceId } = wanted;
    if (this.of(deviceId).length >= MAX_OF_DEVICE || this.#reminders.length >= MAX_REMINDERS) {
      throw new ToolError("reminder-limit", "There are too many reminders already: cancel one first.");
    }
    const id = 1 + Math.max(0, ...this.#reminders.map((reminder) => reminder.id));
    const timer = await this.#setTimer(wanted);
    const reminder = { ...wanted, id, ...(timer !== undefined && { timer }) };
    this.#replace([...this.#reminders, reminder]);
    this.#look();
    return reminder;
  }

  remove(reminder: Reminder): void {
    this.#replace(this.#reminders.filter(({ id }) => id !== reminder.id));
    this.#look();
    void this.#cancelTimer(reminder);
  }

  #replace(reminders: readonly Reminder[]): void {
    this.#reminders = reminders;
    this.#options.file.write(reminders);
  }

  /** Says what is due, and looks again when the next one is. */
  #look(): void {
    this.#cancelLook?.();
    if (!this.#isRunning) return;
    const { clock } = this.#options;
    const now = calendarTime(clock);
    const forgotten = this.#reminders.filter(({ at }) => now - at > FORGOTTEN_MS);
    if (forgotten.length > 0) this.#replace(this.#reminders.filter((reminder) => !forgotten.includes(reminder)));
    for (const reminder of this.#reminders)
      if (reminder.at <= now && !this.#busy.has(reminder.id)) this.#tell(reminder);
    const waits = this.#reminders.map(({ at }) => (at <= now ? RETRY_MS : at - now));
    if (waits.length > 0) this.#cancelLook = clock.schedule(Math.min(LOOK_MS, ...waits), () => this.#look());
  }

  #tell(reminder: Reminder): void {
    const { reach, log, clock } = this.#options;
    const say = reach.voiceOf(reminder.deviceId);
    if (typeof say === "string") return;
    this.#busy.add(reminder.id);
    say(this.#words(reminder))
      .then(() => this.remove(reminder))
      .catch((error: unknown) => {
        log.warn({ device: reminder.deviceId, error }, "a reminder could not be said; it is tried again");
        clock.schedule(RETRY_MS, () => this.#busy.delete(reminder.id));
      });
  }

  #words({ text, at, language }: Reminder): string {
    const { clock, timezoneMinutes } = this.#options;
    const { time } = localDay(at, timezoneMinutes());
    const isLate = calendarTime(clock) - at > LATE_MS;
    if (language === "zh") {
      if (text === "") return isLate ? `你错过了${time}的闹钟。` : `时间到了，现在是${time}。`;
      return isLate ? `你错过了${time}的提醒：${text}。` : `提醒你：${text}。`;
    }
    if (text === "") return isLate ? `You missed your alarm at ${time}.` : `Time is up, it is ${time}.`;
    return isLate ? `You missed a reminder at ${time}: ${text}.` : `A reminder: ${text}.`;
  }

  /** Id of the device's timer; undefined for a device without timers. */
  async #setTimer({ deviceId, at, text }: Omit<Reminder, "id" | "timer">): Promise<number | undefined> {
    const { reach, clock, log } = this.#options;
    const seconds = Math.ceil((at - calendarTime(clock)) / 1000) + RING_AFTER_S;
    if (seconds > MAX_TIMER_S) return undefined;
    try {
      const label = text.slice(0, LABEL_CHARACTERS);
      const id = (await reach.callTool(deviceId, "self.timer.set", { seconds, label }))?.data?.["id"];
      return Number.isSafeInteger(id) ? (id as number) : undefined;
    } catch (error) {
      log.debug({ device: deviceId, error }, "the device's own timer was not set");
      return undefined;
    }
  }

  async #cancelTimer({ deviceId, timer }: Reminder): Promise<void> {
    if (timer === undefined) return;
    try {
      await this.#options.reach.callTool(deviceId, "self.timer.cancel", { id: timer });
    } catch (error) {
      this.#options.log.debug({ device: deviceId, error }, "the device's own timer was not cancelled");
    }
  }
}

function isOf(reminder: Reminder, deviceId: string): boolean {
  return reminder.deviceId.toLowerCase() === deviceId.toLowerCase();
}
