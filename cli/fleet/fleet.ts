import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCrew } from "./crew/crew.ts";
import type { FromThread } from "./crew/messages.ts";
import { type FleetOptions, HELP, parseOptions } from "./options.ts";
import { renderReport } from "./report/page.ts";
import { describeProgress, showProgress } from "./report/progress-line.ts";
import { isHeard, percentile, Timeline } from "./report/timeline.ts";
import { type Check, judge } from "./report/verdict.ts";

/** `xiaozhi fleet`: see its `--help`. Gives the exit status. */
export async function run(args: string[]): Promise<number> {
  let options: FleetOptions | undefined;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`xiaozhi fleet: ${(error as Error).message}\nSee "xiaozhi fleet --help".`);
    return 2;
  }
  if (!options) {
    console.log(HELP);
    return 0;
  }
  const startedAt = performance.now();
  let timeline: Timeline;
  try {
    timeline = await live(options);
  } catch (error) {
    console.error(`xiaozhi fleet: ${(error as Error).message}`);
    return 2;
  }
  const tookMs = performance.now() - startedAt;
  const checks = judge(options.plan, timeline);
  if (options.report !== undefined) {
    const head = { plan: options.plan, how: describeHow(options), tookMs, checks };
    await writeFile(options.report, renderReport(head, timeline));
  }
  if (options.json) console.log(JSON.stringify(toJson(options, timeline, { tookMs, checks })));
  else print(timeline, { tookMs, checks });
  return checks.every(({ isPassed }) => isPassed) ? 0 : 1;
}

/** Lets the fleet live, until its end or Ctrl-C, and gives what it told. @throws FleetError */
export async function live(options: FleetOptions, out: NodeJS.WriteStream = process.stderr): Promise<Timeline> {
  const { plan, serverUrl, isLight, threads, board } = options;
  const timeline = new Timeline(plan.ms, () => process.memoryUsage.rss());
  const folder = await mkdtemp(join(tmpdir(), "xiaozhi-fleet-"));
  const hide = showProgress(timeline, out);
  const ending = new AbortController();
  // The second time it ends the program at once.
  const stop = () => {
    timeline.isStopped = true;
    ending.abort();
  };
  process.once("SIGINT", stop);
  const onMessage = (message: FromThread) => {
    if (message.type === "turn") timeline.addTurn(message);
    else if (message.type === "tick") timeline.addTick(message);
    else timeline.addResult(message);
  };
  try {
    await runCrew({ plan, serverUrl, isLight, threads, board, folder }, onMessage, ending.signal);
  } finally {
    process.off("SIGINT", stop);
    hide();
    await rm(folder, { recursive: true, force: true });
  }
  return timeline;
}

function describeHow({ serverUrl, isLight, threads, plan }: FleetOptions): string {
  const minutes = plan.ms / 60_000;
  const hours = minutes / 60;
  if (isLight)
    return `${minutes} minutes of real time against ${serverUrl}, with devices that only speak the protocol.`;
  if (serverUrl !== undefined)
    return `${minutes} minutes of real time against ${serverUrl}, with the real firmware on XS.`;
  return (
    `${hours >= 2 ? `${hours} hours` : `${minutes} minutes`} of virtual time in ${threads} threads, each with servers of its own and one database: the real firmware on ` +
    "XS, the real sessions, turns, codec, voice detection, tools and history. Played: the network; the recogniser, which tells a " +
    "dozen phrases apart by their loudness; the model where it chats; and each sentence of the voice is synthesised and coded once."
  );
}

interface Outcome {
  readonly tookMs: number;
  readonly checks: readonly Check[];
}

function print(timeline: Timeline, { tookMs, checks }: Outcome): void {
  console.log(
    `${describeProgress(timeline, true)}; ${Math.round(tookMs / 1000)} s, ${Math.round(timeline.cpuMs / 1000)} s of CPU`,
  );
  for (const { name, value, limit, isPassed } of checks) {
    console.log(`  ${isPassed ? "passed" : "FAILED"}  ${name.padEnd(56)} ${value.padStart(14)}   ${limit}`);
  }
}

function toJson({ plan, threads }: FleetOptions, timeline: Timeline, { tookMs, checks }: Outcome): object {
  const { turns, results } = timeline;
  const firstSoundMs = turns.flatMap((turn) => turn.firstSoundMs ?? []);
  return {
    ...plan,
    threads,
    took_ms: Math.round(tookMs),
    cpu_ms: Math.round(timeline.cpuMs),
    turns_lived: turns.length,
    turns_heard: turns.filter(isHeard).length,
    first_sound_p50_ms: Math.round(percentile(firstSoundMs, 0.5)),
    first_sound_p95_ms: Math.round(percentile(firstSoundMs, 0.95)),
    gaps: turns.reduce((sum, { gaps }) => sum + gaps, 0),
    rss_bytes: Math.max(...timeline.stretches.map(({ rssBytes }) => rssBytes)),
    second_halves: results.flatMap(({ secondHalf }) => secondHalf ?? []),
    database_bytes: results.reduce((sum, { databaseBytes }) => sum + databaseBytes, 0),
    misheard: results.reduce((sum, { history }) => sum + (history?.misheard ?? 0), 0),
    history_rows: results.reduce((sum, { history }) => sum + (history?.rows ?? 0), 0),
    checks,
  };
}
