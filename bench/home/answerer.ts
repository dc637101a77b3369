import { parseArgs } from "node:util";
import { type ClaimsSettings, HomeClaims } from "../../host-server/home/home-claims.ts";
import { VirtualClock } from "../../simulator/clock.ts";
import { Random } from "../../simulator/random.ts";
import { type Figure, median, printFigures } from "../figures.ts";

const HELP = `Usage: xiaozhi bench answerer [--calls N] [--seed N] [--json]

Somebody calls, and several devices of the home hear it: how often does the nearest one answer, and how much later than
without asking? Two or three devices in one room of 4 x 6 m; levels by distance and echo of the room, microphones that
differ by 2 dB, detectors that differ by up to 150 ms, and devices that connect by WebSocket or have MQTT open. What is
measured is the server's decision; the room is made up.

  --calls N   calls for each line  [2000]
  --seed N    decides who stands where  [1]
  --json      the figures as JSON`;

const ROOM = { x: 6, y: 4 };
/** m from where on the room's echo is louder than the voice itself. */
const ECHO_DISTANCE = 1.5;
const MICROPHONE_DB = 2;
const DETECTION_MS = 150;
/** ms from the detector to the server: a device that must connect first, and one that need not. */
const CONNECTING = { fastest: 150, more: 250 };
const CONNECTED = { fastest: 15, more: 35 };
const BETWEEN_CALLS_MS = 10_000;

interface Outcome {
  readonly isNearest: boolean;
  /** ms between the first device that was there, and the decision. */
  readonly waitedMs: number;
}

/** `xiaozhi bench answerer`: which device answers. */
export async function run(args: string[]): Promise<number> {
  const options = {
    calls: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean" },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ args, options });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const [calls, seed] = [Number(values.calls), Number(values.seed)];
  if (!Number.isSafeInteger(calls) || calls < 1 || !Number.isSafeInteger(seed)) {
    console.error(`xiaozhi bench answerer: expected whole numbers, got --calls ${values.calls} --seed ${values.seed}`);
    return 2;
  }
  const lines: Line[] = [];
  for (const settings of SETTINGS) lines.push(lineOf(settings, await callOften(settings, calls, seed)));
  if (values.json) console.log(JSON.stringify(lines, null, 2));
  else printFigures("The nearest device answers; time that the decision takes", lines.map(shown));
  return 0;
}

interface Line {
  readonly name: string;
  /** Share of the calls that the nearest device answered. */
  readonly nearest: number;
  readonly waitedMs: number;
}

const SETTINGS: readonly ClaimsSettings[] = [
  { choose: "first", windowMs: 0 },
  ...[100, 200, 300, 500].map((windowMs) => ({ choose: "loudest", windowMs }) as const),
];

function lineOf({ choose, windowMs }: ClaimsSettings, outcomes: readonly Outcome[]): Line {
  return {
    name: choose === "first" ? "first" : `loudest, within ${windowMs} ms`,
    nearest: outcomes.filter(({ isNearest }) => isNearest).length / outcomes.length,
    waitedMs: median(outcomes.map(({ waitedMs }) => waitedMs)),
  };
}

function shown({ name, nearest, waitedMs }: Line): Figure {
  return { name, value: `${(nearest * 100).toFixed(0)} %, ${waitedMs.toFixed(0)} ms` };
}

/** Calls, each in a home of its own, so that none is taken for another. */
async function callOften(settings: ClaimsSettings, calls: number, seed: number): Promise<Outcome[]> {
  const clock = new VirtualClock();
  const claims = new HomeClaims(clock, () => settings);
  const random = new Random(seed);
  const outcomes: Outcome[] = [];
  for (let call = 0; call < calls; call++) {
    outcomes.push(await callOnce({ clock, claims, random, home: `home ${call}` }));
  }
  return outcomes;
}

interface Place {
  readonly clock: VirtualClock;
  readonly claims: HomeClaims;
  readonly random: Random;
  readonly home: string;
}

async function callOnce({ clock, claims, random, home }: Place): Promise<Outcome> {
  const talker = place(random);
  const count = random.next() < 0.5 ? 2 : 3;
  const devices = Array.from({ length: count }, (_, index) => hearing(random, `device ${index}`, talker));
  for (const { device } of devices) claims.meet(home, device);
  const began = clock.now();
  let answered: { device: string; at: number } | undefined;
  for (const { device, loudness, delayMs } of devices) {
    clock.schedule(delayMs, () => {
      const claim = claims.claim(home, {
        device,
        loudness,
        isSure: true,
        onVerdict: (verdict) => {
          if (verdict !== "answer") return;
          answered = { device, at: clock.now() - began };
          clock.schedule(1, () => claim.serve());
        },
      });
    });
  }
  await clock.advance(BETWEEN_CALLS_MS);
  const nearest = devices.reduce((best, device) => (device.distance < best.distance ? device : best));
  const firstMs = Math.min(...devices.map(({ delayMs }) => delayMs));
  if (!answered) throw new Error(`nobody answers in ${home}`);
  return { isNearest: answered.device === nearest.device, waitedMs: answered.at - firstMs };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function place(random: Random): Point {
  return { x: random.between(0, ROOM.x), y: random.between(0, ROOM.y) };
}

/** A device somewhere in the room, and how it hears the call. */
function hearing(random: Random, device: string, talker: Point) {
  const microphone = place(random);
  const distance = Math.max(0.3, Math.hypot(talker.x - microphone.x, talker.y - microphone.y));
  const level = 10 * Math.log10(1 / distance ** 2 + 1 / ECHO_DISTANCE ** 2);
  // The sum of twelve even numbers is nearly normal, with a variance of 1.
  const normal = Array.from({ length: 12 }, () => random.next()).reduce((sum, value) => sum + value, -6);
  const { fastest, more } = random.next() < 0.5 ? CONNECTING : CONNECTED;
  const delayMs = random.between(0, DETECTION_MS) + fastest + random.between(0, more);
  return { device, distance, loudness: level - 30 + normal * MICROPHONE_DB, delayMs };
}
