import type { Random } from "../../../simulator/random.ts";

/** A virtual day begins at this hour, when nearly everybody sleeps. */
export const DAY_BEGINS_AT = 4;

const HOUR_MS = 3_600_000;
/** ms of a day. */
export const DAY_MS = 24 * HOUR_MS;

/** When people talk: before work, in the evening, and a little all day; hours and shares. */
const PEAKS = [
  { hour: 7.5, spreadHours: 1, share: 0.3 },
  { hour: 19.5, spreadHours: 1.8, share: 0.5 },
] as const;
const WAKING_HOURS = [7, 23] as const;

/** A moment at which somebody begins to talk, ms from the beginning of the day. */
export function drawMoment(random: Random): number {
  let chosen = random.next();
  for (const { hour, spreadHours, share } of PEAKS) {
    if (chosen < share) return fromMidnight(hour + spreadHours * bell(random));
    chosen -= share;
  }
  return fromMidnight(random.between(...WAKING_HOURS));
}

/** Nearly a standard normal number: the sum of twelve even ones. */
function bell(random: Random): number {
  let sum = -6;
  for (let n = 0; n < 12; n++) sum += random.next();
  return sum;
}

function fromMidnight(hour: number): number {
  const hours = (((hour - DAY_BEGINS_AT) % 24) + 24) % 24;
  return hours * HOUR_MS;
}
