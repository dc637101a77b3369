import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Cancel, type Clock, calendarTime } from "../../protocol/clock.ts";
import { isObject } from "../../protocol/json.ts";
import type { Log } from "../log.ts";

/** ms until what was counted is written: a restart makes nobody's day longer by more. */
const SAVE_MS = 10_000;

export interface OutputLimitOptions {
  /** File in which the day's counts survive a restart. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Counts how much each device was answered on this day, by this computer's calendar. */
export class OutputLimit {
  readonly #options: OutputLimitOptions;
  #day = "";
  #characters: Map<string, number> | undefined;
  #cancel: Cancel | undefined;

  constructor(options: OutputLimitOptions) {
    this.#options = options;
  }

  /** A device was told so many characters. */
  add(deviceId: string, characters: number): void {
    const counts = this.#today();
    counts.set(keyOf(deviceId), (counts.get(keyOf(deviceId)) ?? 0) + characters);
    this.#cancel ??= this.#options.clock.schedule(SAVE_MS, () => this.#save());
  }

  /** Characters that a device was told today. */
  charactersOf(deviceId: string): number {
    return this.#today().get(keyOf(deviceId)) ?? 0;
  }

  /** Writes what is not written yet. */
  close(): void {
    if (this.#cancel) this.#save();
  }

  #today(): Map<string, number> {
    const day = new Date(calendarTime(this.#options.clock)).toDateString();
    this.#characters ??= this.#read();
    if (day !== this.#day) this.#characters.clear();
    this.#day = day;
    return this.#characters;
  }

  /** A file that cannot be read counts as none: nobody is silenced for it. */
  #read(): Map<string, number> {
    try {
      const kept: unknown = JSON.parse(readFileSync(this.#options.path, "utf8"));
      if (!isObject(kept) || !isObject(kept["characters"])) return new Map();
      this.#day = String(kept["day"]);
      const counts = Object.entries(kept["characters"]);
      return new Map(counts.flatMap(([id, count]) => (typeof count === "number" ? [[id, count] as const] : [])));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
        this.#options.log.warn({ error }, "what devices were told today cannot be read: counting begins anew");
      }
      return new Map();
    }
  }

  #save(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const { path, log } = this.#options;
    try {
      mkdirSync(dirname(path), { recursive: true });
      const characters = Object.fromEntries(this.#characters ?? []);
      writeFileSync(path, JSON.stringify({ day: this.#day, characters }));
    } catch (error) {
      log.warn({ error }, "what devices were told today cannot be written: a restart forgets it");
    }
  }
}

function keyOf(deviceId: string): string {
  return deviceId.toLowerCase();
}
