import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import type { FleetPlan, Scenario } from "./model/scenario.ts";
import { SCENARIOS } from "./model/scenario.ts";

const MOST_DEVICES = 100_000;
const NAMES = Object.keys(SCENARIOS) as Scenario[];
/** Minutes of a scenario in real time; a day of ten minutes has its morning and evening, too. */
const REAL_MINUTES = 10;

export const HELP = `Usage: xiaozhi fleet [options]

Many devices live with their server: the real firmware, on the engine of the device, in threads, and people who talk to it.
Without --server all of it, servers included, runs in this process on virtual time, so that a day takes minutes; with it,
in real time over this computer's sockets, against any XiaoZhi server.

  --count N         so many devices  [100]
  --scenario NAME   ${NAMES.join(", ")}  [day]
${NAMES.map((name) => `                      ${name.padEnd(6)} ${SCENARIOS[name].summary}`).join("\n")}
  --minutes N       how long it lasts  [${NAMES.map((name) => `${name} ${SCENARIOS[name].minutes}`).join(", ")}; with --server ${REAL_MINUTES}]
  --turns N         what each device is asked in a day  [8]
  --transport NAME  websocket, mqtt (with audio over UDP) or mixed; with --server and the firmware the server decides  [mixed]
  --server URL      address of a server's version check, for example http://192.168.1.20:8002/xiaozhi/ota/
  --light           devices that only speak the protocol, without the firmware: for higher counts; needs --server
  --seed N          decides who says what when, and how networks fail  [1]
  --threads N       threads that share the devices; on virtual time each has servers of its own  [one a core]
  --board NAME      a folder of boards/, or a path to one  [simulator]
  --report FILE     write an HTML page with plots
  --json            print the figures as JSON
  --help            show this

Ctrl-C ends it before its time, with a report of what was lived.
Exit status: 0 when every check is passed; 1 when not, or when it was ended; 2 when it cannot be done.

Examples
  xiaozhi fleet --count 1000 --scenario day --report day.html
  xiaozhi fleet --count 50 --scenario talk --minutes 2 --server http://127.0.0.1:8002/xiaozhi/ota/
`;

/** What was asked for. */
export interface FleetOptions {
  readonly plan: FleetPlan;
  readonly serverUrl: string | undefined;
  readonly isLight: boolean;
  readonly threads: number;
  readonly board: string | undefined;
  readonly report: string | undefined;
  readonly json: boolean;
}

/** What was asked for on the command line cannot be done. */
export class FleetUsageError extends Error {
  override readonly name = "FleetUsageError";
  readonly code = "usage";
}

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const OPTIONS = {
  count: text,
  scenario: { type: "string", default: "day" },
  minutes: text,
  turns: text,
  transport: { type: "string", default: "mixed" },
  server: text,
  light: flag,
  seed: text,
  threads: text,
  board: text,
  report: text,
  json: flag,
  help: flag,
} as const;

/**
 * Undefined when help was asked for.
 * @throws FleetUsageError, and what `parseArgs` throws
 */
export function parseOptions(args: readonly string[]): FleetOptions | undefined {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) return undefined;
  const { server, board, report, light: isLight, json } = values;
  const scenario = oneOf("--scenario", values.scenario, NAMES);
  const usual = server === undefined ? SCENARIOS[scenario].minutes : REAL_MINUTES;
  const minutes = number("--minutes", values.minutes, usual, { least: 0.1, most: 100_000 });
  const plan = {
    scenario,
    count: whole("--count", values.count, 100, MOST_DEVICES),
    seed: whole("--seed", values.seed, 1, 2_000_000),
    ms: minutes * 60_000,
    turns: whole("--turns", values.turns, 8, 10_000),
    transport: oneOf("--transport", values.transport, ["websocket", "mqtt", "mixed"] as const),
  };
  if (server !== undefined && !URL.canParse(server)) throw new FleetUsageError(`--server: no address: "${server}"`);
  if (isLight && server === undefined) throw new FleetUsageError("--light needs --server");
  const threads = whole("--threads", values.threads, Math.min(plan.count, availableParallelism()), plan.count);
  return { plan, serverUrl: server, isLight, threads, board, report, json };
}

function oneOf<Name extends string>(option: string, given: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === given);
  if (found === undefined) throw new FleetUsageError(`${option}: expected ${names.join(", ")}, got "${given}"`);
  return found;
}

function whole(option: string, given: string | undefined, usual: number, most: number): number {
  const value = number(option, given, usual, { least: 1, most });
  if (!Number.isInteger(value)) throw new FleetUsageError(`${option}: expected a whole number, got "${given}"`);
  return value;
}

interface Limits {
  readonly least: number;
  readonly most: number;
}

function number(option: string, given: string | undefined, usual: number, { least, most }: Limits): number {
  if (given === undefined) return usual;
  const value = given.trim() === "" ? Number.NaN : Number(given);
  if (value >= least && value <= most) return value;
  throw new FleetUsageError(`${option}: expected a number from ${least} to ${most}, got "${given}"`);
}
