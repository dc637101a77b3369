import type { Storage } from "../../../host-server/storage/storage.ts";
import { isHeard } from "../report/timeline.ts";
import type { FleetTurn } from "./inhabitant.ts";

/** What the database knows of what people heard. */
export interface HistoryCheck {
  /** Turns whose answer was heard. */
  readonly heard: number;
  /** Of them, those of which nothing is written. */
  readonly lost: number;
  /** The first few of those, to look for in a log. */
  readonly lostTurns: readonly Pick<FleetTurn, "device" | "words" | "at">[];
  /** Of them, those of which other words are written than were said. */
  readonly misheard: number;
  /** Devices of which fewer questions are written than were answered. */
  readonly shortDevices: number;
  /** Rows of all sorts. */
  readonly rows: number;
}

/** Lost turns that are named. */
const MOST_NAMED = 5;

interface Kept {
  readonly text: string;
  readonly at: number;
}

/**
 * Looks for every turn that somebody heard an answer to: what its device was asked while it lasted.
 *
 * @param beginsAt ms since the epoch that turns count from
 */
export async function checkHistory(
  { db }: Storage,
  turns: readonly FleetTurn[],
  beginsAt: number,
): Promise<HistoryCheck> {
  const messages = await db.selectFrom("messages").select(["device", "role", "text", "at"]).execute();
  const asked = new Map<string, Kept[]>();
  for (const { device, role, text, at } of messages) {
    if (role !== "user") continue;
    const own = asked.get(device.toLowerCase()) ?? [];
    own.push({ text, at: Number(at) - beginsAt });
    asked.set(device.toLowerCase(), own);
  }
  const heard = turns.filter(isHeard);
  const answered = new Map<string, number>();
  const lost: FleetTurn[] = [];
  let misheard = 0;
  for (const turn of heard) {
    const { device, words, at, endedAt } = turn;
    const own = asked.get(device.toLowerCase()) ?? [];
    answered.set(device, (answered.get(device) ?? 0) + 1);
    // The database keeps whole milliseconds.
    const found = own.filter((kept) => kept.at >= at - 1 && kept.at <= endedAt + 1);
    if (found.length === 0) lost.push(turn);
    else if (!found.some(({ text }) => text === words)) misheard++;
  }
  const short = [...answered].filter(([device, count]) => (asked.get(device.toLowerCase())?.length ?? 0) < count);
  const lostTurns = lost.slice(0, MOST_NAMED).map(({ device, words, at }) => ({ device, words, at }));
  return {
    ...{ heard: heard.length, lost: lost.length, lostTurns },
    ...{ misheard, shortDevices: short.length, rows: messages.length },
  };
}
