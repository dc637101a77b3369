import { providersInUse } from "../../host-server/config/models-in-use.ts";
import { type Config, STAGE_NAMES } from "../../host-server/config/schema.ts";
import type { Finding } from "./finding.ts";

const topic = "Clock";
const WAIT_MS = 4_000;
/** Seconds by which an HTTP date and the way to it may be off. */
const TOLERANCE_SECONDS = 5;
/** Seconds from which certificates and tokens are in danger. */
const WRONG_SECONDS = 60;
/** Asked when the configuration names no server. */
const USUAL = ["https://registry.npmjs.org/", "https://www.baidu.com/"];

/** Compares this computer's clock with a server's. */
export async function checkClock(config: Config, given: string | undefined, now: () => number): Promise<Finding[]> {
  for (const url of given === undefined ? [...serversOf(config), ...USUAL] : [given]) {
    const theirs = await dateOf(url);
    if (theirs !== undefined) return [judgeClock(now(), theirs, new URL(url).host)];
  }
  const text = "could not be compared: no server that tells the time was reached";
  return [{ topic, level: "note", text, advice: "--time-from URL of a server that you reach" }];
}

/** What it means when our time and theirs, in ms, differ. */
export function judgeClock(ours: number, theirs: number, host: string): Finding {
  const seconds = Math.round((ours - theirs) / 1000);
  if (Math.abs(seconds) <= TOLERANCE_SECONDS) return { topic, level: "good", text: `agrees with ${host}` };
  const direction = seconds > 0 ? "fast" : "slow";
  const text = `is ${Math.abs(seconds)} s ${direction}, says ${host}; devices get their time from here`;
  const level = Math.abs(seconds) > WRONG_SECONDS ? "fault" : "warning";
  return { topic, level, text, advice: "timedatectl set-ntp true" };
}

function serversOf(config: Config): string[] {
  const settings = STAGE_NAMES.flatMap((stage) => providersInUse(config[stage]).map((name) => config[stage][name]));
  const addresses = settings.map((value) => (value as { base_url?: unknown } | undefined)?.base_url);
  return addresses.filter((address): address is string => typeof address === "string" && URL.canParse(address));
}

async function dateOf(url: string): Promise<number | undefined> {
  try {
    const { headers } = await fetch(url, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(WAIT_MS) });
    const date = Date.parse(headers.get("date") ?? "");
    return Number.isNaN(date) ? undefined : date;
  } catch {
    // The next server may be reached.
    return undefined;
  }
}
