import { type Cancel, calendarTime } from "../../protocol/clock.ts";
import type { Log } from "../log.ts";
import { removeAuditBefore } from "../storage/audit-log.ts";
import { removeAudioBefore } from "../storage/messages.ts";
import { removeSessionsBefore } from "../storage/sessions.ts";
import type { Storage } from "../storage/storage.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** ms between two looks at what is too old, and until the first one: a server that starts has other things to do. */
const LOOK_MS = 60 * 60 * 1000;
const FIRST_LOOK_MS = 60_000;

/** How long things are kept, in days; 0: for ever. */
export interface Ages {
  readonly historyDays: number;
  readonly audioDays: number;
  /** Of the audit log. */
  readonly auditDays: number;
}

/** Deletes what was said, and its sound, when it is old enough. */
export class Retention {
  readonly #storage: Storage;
  readonly #log: Log;
  readonly #ages: () => Ages;
  #cancel: Cancel = () => {};
  #isClosed = false;

  constructor(storage: Storage, log: Log, ages: () => Ages) {
    this.#storage = storage;
    this.#log = log;
    this.#ages = ages;
  }

  /** Looks for the first time soon, then each hour. */
  start(): void {
    this.#cancel = this.#storage.clock.schedule(FIRST_LOOK_MS, () => void this.#look());
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  async #look(): Promise<void> {
    const { clock } = this.#storage;
    const { historyDays, audioDays, auditDays } = this.#ages();
    const before = (days: number) => calendarTime(clock) - days * DAY_MS;
    try {
      const sessions = historyDays > 0 ? await removeSessionsBefore(this.#storage, before(historyDays)) : 0;
      const sounds = audioDays > 0 ? await removeAudioBefore(this.#storage, before(audioDays)) : 0;
      const changes = auditDays > 0 ? await removeAuditBefore(this.#storage, before(auditDays)) : 0;
      if (sessions + sounds + changes > 0) this.#log.info({ sessions, sounds, changes }, "old history was deleted");
    } catch (error) {
      this.#log.warn({ error }, "old history could not be deleted; it is tried again");
    }
    if (!this.#isClosed) this.#cancel = clock.schedule(LOOK_MS, () => void this.#look());
  }
}
