import type { Clock } from "../../protocol/clock.ts";
import type { Log } from "../log.ts";

/** ms between two looks at who has ended. */
const LOOK_MS = 200;
/** ms over which idle devices leave for other nodes, so that they do not come there all at once. */
const SPREAD_MS = 3_000;

/** What of a session matters for its end. */
export interface EndingSession {
  /** Somebody speaks or is being answered. */
  readonly isBusy: boolean;
  close(): void;
}

export interface DrainOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly sessions: Iterable<EndingSession>;
  /** Whether there are other nodes that the devices go to. */
  readonly hasOthers: boolean;
  readonly ms: number;
  readonly signal: AbortSignal | undefined;
}

/** Ends each session at the end of its turn, and idle ones one after another; gives up after `ms`, or by `signal`. */
export async function drain(options: DrainOptions): Promise<void> {
  const { clock, log, sessions, hasOthers, ms, signal } = options;
  const start = clock.now();
  const spread = hasOthers ? Math.min(SPREAD_MS, ms / 2) : 0;
  const all = [...sessions];
  const leaveAt = new Map(all.map((session, at) => [session, start + (spread * at) / all.length]));
  if (all.length > 0) log.info({ sessions: all.length, ms }, "waiting for conversations to end");
  while (!signal?.aborted) {
    const now = clock.now();
    for (const session of [...sessions]) {
      if (!session.isBusy && now >= (leaveAt.get(session) ?? start)) session.close();
    }
    const left = [...sessions].length;
    if (left === 0) return;
    if (now - start >= ms) return log.warn({ sessions: left }, "conversations are cut off: they did not end in time");
    await new Promise<void>((resolve) => clock.schedule(LOOK_MS, resolve));
  }
}
