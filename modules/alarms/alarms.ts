import type { Cancel, Clock } from "../../protocol/clock.ts";
import { log } from "../system/log.ts";
import { isReal } from "../system/real-time.ts";
import { type Alarm, MAX_ALARMS, MAX_LABEL_CHARACTERS, nextTimeOfDay, parseAlarms, timeOfDay } from "./alarm-list.ts";

export interface AlarmsOptions {
  readonly clock: Clock;
  /** Where the alarms are kept over a restart, as one text. */
  readonly kept: { alarms: string; readonly timezoneOffset: number };
  readonly bell: { ring(): void; silence(): void };
  readonly onRing: (label: string) => void;
}

/** An alarm as a person would be told of it. */
export interface AlarmView {
  readonly id: number;
  readonly kind: "timer" | "alarm";
  readonly label: string;
  readonly rings_in_seconds: number;
  /** Local time of day; absent while the device does not know the time. */
  readonly time?: string;
}

/** Nobody is there: after so long it falls silent. An alarm missed by more, because the device was off, is not rung. */
const RING_MS = 15 * 60_000;

/** The clock may be set by someone else; it is looked at no less often. */
const LOOK_MS = 60_000;

/** Timers and alarms of the device itself: they ring without a server, and survive a restart. */
export class Alarms {
  readonly #options: AlarmsOptions;
  #alarms: Alarm[] = [];
  #ringing: number[] = [];
  #cancelLook: Cancel | undefined;
  #cancelRing: Cancel | undefined;

  constructor(options: AlarmsOptions) {
    this.#options = options;
  }

  /** Takes up what was kept. */
  start(): void {
    this.#alarms = parseAlarms(this.#options.kept.alarms);
    this.#look();
  }

  /** A countdown. @throws Error when there are too many */
  countDown(seconds: number, label: string): AlarmView {
    return this.#add("timer", this.#options.clock.now() + seconds * 1000, label);
  }

  /** An alarm at the next local `time` of day ("7:05"). @throws Error for no such time, or while the time is not known */
  at(time: string, label: string): AlarmView {
    const { clock, kept } = this.#options;
    const now = clock.now();
    if (!isReal(now)) throw new Error("The device does not know the time yet");
    const at = nextTimeOfDay(time, now, kept.timezoneOffset);
    if (at === undefined) throw new Error(`Expected a time of day such as 07:30, got "${time.slice(0, 20)}"`);
    return this.#add("alarm", at, label);
  }

  get isRinging(): boolean {
    return this.#ringing.length > 0;
  }

  list(): AlarmView[] {
    return this.#alarms.map((alarm) => this.#view(alarm));
  }

  /** @throws Error when there is none with this id */
  cancel(id: number): void {
    if (!this.#alarms.some((alarm) => alarm.id === id)) throw new Error(`There is no timer ${id}`);
    if (this.#ringing.includes(id)) this.silence();
    else this.#replace(this.#alarms.filter((alarm) => alarm.id !== id));
    this.#look();
  }

  /** Ends the ringing; false when nothing rings. */
  silence(): boolean {
    if (this.#ringing.length === 0) return false;
    const rung = this.#ringing;
    this.#ringing = [];
    this.#cancelRing?.();
    this.#options.bell.silence();
    this.#replace(this.#alarms.filter(({ id }) => !rung.includes(id)));
    return true;
  }

  /** Sets the clock by `set`: timers go on counting as if nothing had happened, alarms go by the new time. */
  moveClock(set: () => void): void {
    const { clock } = this.#options;
    const before = clock.now();
    set();
    const ms = clock.now() - before;
    // A timer kept from a time when the clock was right is not moved when the clock, lost meanwhile, is right again.
    const isMoved = ({ id, kind, at }: Alarm) =>
      kind === "timer" && isReal(at) === isReal(before) && !this.#ringing.includes(id);
    if (ms !== 0 && this.#alarms.some(isMoved)) {
      this.#replace(this.#alarms.map((alarm) => (isMoved(alarm) ? { ...alarm, at: alarm.at + ms } : alarm)));
    }
    this.#look();
  }

  #add(kind: Alarm["kind"], at: number, label: string): AlarmView {
    if (this.#alarms.length >= MAX_ALARMS) throw new Error(`There are ${MAX_ALARMS} timers already`);
    let id = 1;
    while (this.#alarms.some((alarm) => alarm.id === id)) id++;
    const alarm = { id, at, kind, label: label.slice(0, MAX_LABEL_CHARACTERS) };
    this.#replace([...this.#alarms, alarm]);
    this.#look();
    return this.#view(alarm);
  }

  #view({ id, kind, label, at }: Alarm): AlarmView {
    const { clock, kept } = this.#options;
    const seconds = Math.max(0, Math.ceil((at - clock.now()) / 1000));
    return {
      id,
      kind,
      label,
      rings_in_seconds: seconds,
      ...(isReal(at) && { time: timeOfDay(at, kept.timezoneOffset) }),
    };
  }

  #replace(alarms: Alarm[]): void {
    this.#alarms = alarms;
    this.#options.kept.alarms = alarms.length > 0 ? JSON.stringify(alarms) : "";
  }

  /** Rings what is due, and looks again when the next one is. */
  #look(): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
    const { clock } = this.#options;
    const now = clock.now();
    const missed = this.#alarms.filter(({ id, at }) => now - at > RING_MS && !this.#ringing.includes(id));
    if (missed.length > 0) {
      log.warn("timers missed", { count: missed.length });
      this.#replace(this.#alarms.filter((alarm) => !missed.includes(alarm)));
    }
    for (const alarm of this.#alarms) if (alarm.at <= now && !this.#ringing.includes(alarm.id)) this.#ring(alarm);
    const waiting = this.#alarms.filter(({ id }) => !this.#ringing.includes(id)).map(({ at }) => at - now);
    if (waiting.length === 0) return;
    this.#cancelLook = clock.schedule(Math.min(LOOK_MS, ...waiting), () => this.#look());
  }

  /** It is kept until somebody has heard it: a device that restarts meanwhile rings again. */
  #ring({ id, label }: Alarm): void {
    const { clock, bell, onRing } = this.#options;
    this.#ringing.push(id);
    this.#cancelRing?.();
    this.#cancelRing = clock.schedule(RING_MS, () => this.silence());
    bell.ring();
    onRing(label);
  }
}
