import type { FleetPlan } from "../model/scenario.ts";
import { clockOf } from "./progress-line.ts";
import { isHeard, percentile, type Timeline } from "./timeline.ts";

/** One thing that a fleet must do. */
export interface Check {
  readonly name: string;
  readonly value: string;
  readonly limit: string;
  readonly isPassed: boolean;
}

/** Share of the turns, with the network in order, that must be answered. */
const LEAST_ANSWERED = 0.99;
/** ms from the last word to the first sound, of 19 in 20 turns. */
const FIRST_SOUND_MS = 2_000;
/** Gaps in a hundred turns with the network in order. */
const MOST_GAPS = 1;
/** ms from switching on until 99 in 100 devices are ready. */
const READY_MS = 60_000;
/** Slots that half of the devices may hold more than after their first conversations. */
const GROWN_SLOTS = 64;
/** Bytes of a server's heap for each turn, and how many turns there must be to tell. */
const GROWN_BYTES = 4_096;
const TURNS_TO_TELL = 500;
/**
 * Bytes that the process may grow by for each device in the second half, native memory included: a device's engine opens its
 * memory with its first conversation, which may come late, and what was freed is not all given back.
 */
const GROWN_RSS_BYTES = 256 * 1024;
/** Devices below which what the process allocates once would decide. */
export const DEVICES_TO_TELL = 200;

/** Whether a fleet did what it should. */
export function judge(plan: FleetPlan, timeline: Timeline): Check[] {
  return [
    ...judgeEnd(plan, timeline),
    ...judgeDevices(plan, timeline),
    ...judgeTurns(timeline),
    ...judgeLeaks(plan, timeline),
  ];
}

/** Nothing is said of a scenario that was lived to its end. */
function judgeEnd({ ms }: FleetPlan, { isStopped, reachedMs }: Timeline): Check[] {
  if (!isStopped) return [];
  return [
    { name: "lived until it was stopped", value: clockOf(reachedMs), limit: `≥ ${clockOf(ms)}`, isPassed: false },
  ];
}

function judgeDevices({ count }: FleetPlan, { results }: Timeline): Check[] {
  const neverReady = results.reduce((sum, result) => sum + result.neverReady, 0);
  const crashes = results.reduce((sum, result) => sum + result.crashes, 0);
  const readyMs = percentile(
    results.flatMap((result) => result.readyMs),
    0.99,
  );
  return [
    atMost("devices that were never ready", neverReady, 0, `of ${count}`),
    ...(Number.isNaN(readyMs) ? [] : [atMost("from power on to ready, p99 ms", Math.round(readyMs), READY_MS)]),
    atMost("devices that crashed", crashes, 0),
  ];
}

function judgeTurns({ turns, results }: Timeline): Check[] {
  if (turns.length === 0) return [];
  const calm = turns.filter(({ isDisturbed }) => !isDisturbed);
  const heard = calm.filter(isHeard);
  const share = heard.length / Math.max(1, calm.length);
  const gaps = (100 * calm.reduce((sum, turn) => sum + turn.gaps, 0)) / Math.max(1, calm.length);
  const firstSoundMs = percentile(
    calm.flatMap((turn) => turn.firstSoundMs ?? []),
    0.95,
  );
  const histories = results.flatMap(({ history }) => history ?? []);
  const lost = histories.reduce((sum, history) => sum + history.lost, 0);
  const known = histories.reduce((sum, history) => sum + history.heard, 0);
  const named = histories.flatMap(({ lostTurns }) => lostTurns.map(nameOf)).join("; ");
  const short = histories.reduce((sum, history) => sum + history.shortDevices, 0);
  return [
    {
      name: "turns answered, where the network was in order",
      value: `${heard.length} of ${calm.length}`,
      limit: `≥ ${LEAST_ANSWERED * 100} %`,
      isPassed: share >= LEAST_ANSWERED,
    },
    atMost("from the last word to the first sound, p95 ms", Math.round(firstSoundMs), FIRST_SOUND_MS),
    atMost("gaps in a hundred answers", Math.round(gaps * 100) / 100, MOST_GAPS),
    ...(histories.length > 0
      ? [
          atMost("turns that the history lacks", lost, 0, `of ${known}${named && `: ${named}`}`),
          atMost("devices with fewer questions there than were answered", short, 0),
        ]
      : []),
  ];
}

function judgeLeaks({ count }: FleetPlan, { results, isStopped }: Timeline): Check[] {
  const slots = results.flatMap((result) => result.grownSlots);
  const halves = results.flatMap(({ secondHalf }) => secondHalf ?? []);
  const turns = halves.reduce((sum, half) => sum + half.turns, 0);
  const bytes = halves.reduce((sum, half) => sum + half.grownBytes, 0) / turns;
  const name = "bytes kept by servers and devices' sockets for each turn";
  const rss = (at: 0 | 1) => Math.max(...halves.map(({ rssBytes }) => rssBytes[at]));
  const grownKiB = Math.round((rss(1) - rss(0)) / count / 1024);
  const isRssTold = halves.length > 0 && !isStopped && count >= DEVICES_TO_TELL;
  return [
    ...(slots.length > 0
      ? [atMost("slots that a device's heap grew by, median", percentile(slots, 0.5), GROWN_SLOTS)]
      : []),
    ...(turns >= TURNS_TO_TELL ? [atMost(name, Math.round(bytes), GROWN_BYTES)] : []),
    ...(isRssTold
      ? [atMost("KiB for each device that the process grew by after half-time", grownKiB, GROWN_RSS_BYTES / 1024)]
      : []),
  ];
}

function nameOf({ device, at, words }: { device: string; at: number; words: string }): string {
  return `${device} at ${clockOf(at)} "${words}"`;
}

function atMost(name: string, value: number, limit: number, more = ""): Check {
  return { name, value: `${value} ${more}`.trim(), limit: `≤ ${limit}`, isPassed: value <= limit };
}
