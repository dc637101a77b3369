import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { Log } from "../../../log.ts";

const reminder = z.object({
  id: z.int().positive(),
  /** Who is reminded. */
  deviceId: z.string().min(1),
  /** Of what; empty for an alarm. */
  text: z.string(),
  language: z.enum(["en", "zh"]),
  /** ms since the epoch. */
  at: z.number(),
  /** Id of the device's own timer that rings when nobody could say it. */
  timer: z.int().optional(),
});

/** Something that a user is to be told at a time. */
export type Reminder = Readonly<z.output<typeof reminder>>;

/** The reminders of a file, which survive a restart. */
export class ReminderFile {
  readonly #path: string;
  readonly #log: Log;

  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /** Those that can be read; a file that is damaged is put aside, so that it is not lost. */
  read(): Reminder[] {
    let text: string;
    try {
      text = readFileSync(this.#path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.#log.error({ error }, "reminders cannot be read");
      return [];
    }
    try {
      return z.array(reminder).parse(JSON.parse(text));
    } catch (error) {
      this.#log.error({ error, file: this.#path }, "the reminders are damaged; they are put aside as .damaged");
      renameSync(this.#path, `${this.#path}.damaged`);
      return [];
    }
  }

  /** Replaces the file as a whole: one that is half written is never read. @throws the error of the file system */
  write(reminders: readonly Reminder[]): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(`${this.#path}.new`, JSON.stringify(reminders));
    renameSync(`${this.#path}.new`, this.#path);
  }
}
