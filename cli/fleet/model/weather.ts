import type { Random } from "../../../simulator/random.ts";
import type { Disturbance, Weather } from "./life.ts";

/** Homes by their networks: share, ms there, loss of datagrams. */
const HOMES = [
  { share: 0.7, delayMs: [5, 15], datagramLoss: 0 },
  { share: 0.25, delayMs: [20, 60], datagramLoss: 0.002 },
  { share: 0.05, delayMs: [60, 180], datagramLoss: 0.01 },
] as const;

/** What happens to networks: how often in a day of a device, and for how long, ms. */
const TROUBLES = [
  { kind: "cut", aDay: 0.3, ms: [0, 0] },
  { kind: "roam", aDay: 0.3, ms: [500, 4_000] },
  { kind: "stall", aDay: 0.1, ms: [1_000, 10_000] },
] as const;

const DAY_MS = 86_400_000;

/**
 * The network of one device.
 *
 * @param ms how long the fleet runs; troubles are as frequent as in a day, however short that is
 * @param troubles a multiple of the usual frequency; 0 for none
 */
export function drawWeather(random: Random, ms: number, troubles: number): Weather {
  let chosen = random.next();
  const home = HOMES.find(({ share }) => {
    chosen -= share;
    return chosen < 0;
  });
  const { delayMs, datagramLoss } = home ?? HOMES[0];
  const disturbances: Disturbance[] = [];
  for (const { kind, aDay, ms: lasting } of TROUBLES) {
    let expected = (troubles * aDay * ms) / DAY_MS;
    for (; expected > 0; expected--) {
      if (random.next() >= expected) continue;
      disturbances.push({
        at: Math.round(random.between(0, ms)),
        kind,
        ms: Math.round(random.between(lasting[0], lasting[1])),
      });
    }
  }
  return { delayMs, datagramLoss, disturbances: disturbances.sort((a, b) => a.at - b.at) };
}
