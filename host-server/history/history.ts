import { type Cancel, type Clock, calendarTime } from "../../protocol/clock.ts";
import type { Log } from "../log.ts";
import type { TurnReport } from "../pipeline/turn-report.ts";
import { noteSeen } from "../storage/devices.ts";
import { StorageError } from "../storage/errors.ts";
import type { NewMessage } from "../storage/messages.ts";
import { inTransaction, type Storage, type StorageScope } from "../storage/storage.ts";
import { type HistoryEntry, type HistorySession, keepEntries } from "./entries.ts";
import { type Ages, Retention } from "./retention.ts";
import type { SoundRecorder } from "./sound-recorder.ts";

/** ms that entries wait for others, to be written together. */
const GATHER_MS = 200;
/** ms until a database that failed is tried again; doubled each time. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
/** Entries in memory while the database is away; the oldest go when there are more. */
const MAX_WAITING = 20_000;
/** Failures that pass: the same statement may succeed later. */
const PASSING = new Set(["storage-busy", "storage-full", "storage-lost", "storage-unreachable", "storage-failed"]);

/** A session that goes on, and its sound where that is kept. */
interface OpenSession extends HistorySession {
  readonly sound: SoundRecorder | undefined;
}

/**
 * Keeps what was said, beside the conversation: nothing waits for it. Entries are gathered and written in one transaction; while
 * the database is away they wait in memory. `close` writes all that is left.
 */
export class History {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #retention: Retention | undefined;
  readonly #open = new Map<string, OpenSession>();
  /** Sessions that have ended since the last writing, and before it: a turn that ends by that is reported a moment later. */
  #ended = new Set<string>();
  #leaving = new Set<string>();
  #waiting: HistoryEntry[] = [];
  #cancel: Cancel | undefined;
  #writing: Promise<void> | undefined;
  #retryMs = RETRY_MS;
  #isClosed = false;

  /** @param ages after which history is deleted; without them nothing is */
  constructor(storage: Storage, log: Log, ages?: () => Ages) {
    this.#storage = storage;
    this.#clock = storage.clock;
    this.#log = log;
    if (ages) this.#retention = new Retention(storage, log, ages);
  }

  /** Entries that wait to be written. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Begins to delete what is old. */
  start(): void {
    this.#retention?.start();
  }

  /** A device has connected; what is said in its session is kept unless `isKept` is false. */
  begin(session: HistorySession, isKept: boolean, sound?: SoundRecorder): void {
    this.seen(session.device);
    if (!isKept) return;
    this.#open.set(session.id, { ...session, sound });
    this.#add({ type: "begin", session, at: calendarTime(this.#clock) });
  }

  /** A device was here. */
  seen(device: string): void {
    this.#add({ type: "seen", device, at: calendarTime(this.#clock) });
  }

  /** A turn has ended. */
  turn(report: TurnReport): void {
    const session = this.#open.get(report.session);
    if (session) this.#add({ type: "turn", session: session.id, messages: messagesOf(session, report, this.#clock) });
  }

  /** The connection is gone. */
  end(sessionId: string): void {
    if (!this.#open.has(sessionId) || this.#ended.has(sessionId) || this.#leaving.has(sessionId)) return;
    this.#ended.add(sessionId);
    this.#add({ type: "end", session: sessionId, at: calendarTime(this.#clock) });
  }

  /** Writes what is left; what cannot be written now is lost, and said to be. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#retention?.close();
    this.#cancel?.();
    await this.#writing;
    await this.#write();
    if (this.#waiting.length > 0) this.#log.error({ entries: this.#waiting.length }, "history was lost");
    this.#waiting = [];
  }

  #add(entry: HistoryEntry): void {
    if (this.#isClosed) return;
    this.#waiting.push(entry);
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.splice(0, MAX_WAITING / 10);
      this.#log.error({ entries: MAX_WAITING / 10 }, "history was lost: the database has been away for too long");
    }
    this.#schedule(GATHER_MS);
  }

  #schedule(ms: number): void {
    if (this.#cancel || this.#writing || this.#isClosed) return;
    this.#cancel = this.#clock.schedule(ms, () => {
      this.#cancel = undefined;
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined;
        if (this.#waiting.length > 0) this.#schedule(this.#retryMs);
      });
    });
  }

  /** Never rejects: what could not be written waits on. */
  async #write(): Promise<void> {
    const entries = this.#waiting;
    this.#waiting = [];
    for (const id of this.#leaving) this.#open.delete(id);
    [this.#leaving, this.#ended] = [this.#ended, new Set()];
    try {
      await this.#keep(entries);
      this.#retryMs = GATHER_MS;
    } catch (error) {
      this.#waiting = [...entries, ...this.#waiting];
      this.#retryMs = Math.min(Math.max(this.#retryMs * 2, RETRY_MS), MAX_RETRY_MS);
      this.#log.warn({ error, entries: this.#waiting.length }, "history cannot be written now; it is tried again");
    }
  }

  /** @throws StorageError when none of them is to blame */
  async #keep(entries: readonly HistoryEntry[]): Promise<void> {
    if (entries.length === 0) return;
    try {
      await inTransaction(this.#storage, (scope) => this.#keepAll(scope, entries));
    } catch (error) {
      const isPassing = error instanceof StorageError && PASSING.has(error.code);
      if (isPassing) throw error;
      if (entries.length > 1) {
        // One of them cannot be kept, as when its session was removed meanwhile: the others can.
        for (const entry of entries) await this.#keep([entry]);
        return;
      }
      this.#log.warn({ error, entry: entries[0]?.type }, "an entry of the history cannot be kept");
    }
  }

  async #keepAll(scope: StorageScope, entries: readonly HistoryEntry[]): Promise<void> {
    const seen = entries.flatMap((entry) => (entry.type === "seen" ? [[entry.device, entry.at] as const] : []));
    await noteSeen(scope, new Map(seen));
    await keepEntries(scope, entries);
  }
}

function messagesOf({ id, device, agent, sound }: OpenSession, report: TurnReport, clock: Clock): NewMessage[] {
  const { heard, said, tools, stages, tokens, isInterrupted, endedAt, speaker } = report;
  const now = calendarTime(clock);
  const ahead = now - clock.now();
  const audio = sound?.take(report);
  const heardSound = audio?.heard && { audio: audio.heard };
  const saidSound = audio?.said && { audio: audio.said };
  const common = { session: id, device, agent };
  const calls = tools.map(({ name, arguments: args, result }): NewMessage => {
    return { ...common, role: "tool", text: result, detail: { name, arguments: args }, at: now };
  });
  const detail = { turn: report.turn, stages: { ...stages }, isInterrupted, ...(tokens && { tokens: { ...tokens } }) };
  const user = speaker !== undefined && { detail: { speaker } };
  const words = report.isHidden
    ? []
    : [
        {
          ...common,
          ...user,
          role: "user",
          text: heard,
          at: (endedAt ?? clock.now() - stages.total) + ahead,
          ...heardSound,
        } as const,
      ];
  return [...words, ...calls, { ...common, role: "assistant", text: said, detail, at: now, ...saidSound }];
}
