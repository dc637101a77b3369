import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { FleetPlan } from "../model/scenario.ts";
import { PAGE_SCRIPT, PAGE_STYLE } from "./page-parts.ts";
import { percentile, type Stretch, type Timeline } from "./timeline.ts";
import { type Check, DEVICES_TO_TELL } from "./verdict.ts";

/** One picture of the page: values over time. */
interface Plot {
  readonly title: string;
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

const MIB = 1024 * 1024;

/** What a report says beside the figures. */
export interface ReportHead {
  readonly plan: FleetPlan;
  /** What was played and what was real, in a sentence or two. */
  readonly how: string;
  /** Real ms that it took. */
  readonly tookMs: number;
  readonly checks: readonly Check[];
}

/** The report as one HTML file that needs no other. */
export function renderReport({ plan, how, tookMs, checks }: ReportHead, timeline: Timeline): string {
  const isPassed = checks.every((check) => check.isPassed);
  const title = `${plan.count} devices, ${plan.scenario}`;
  const rows = checks.map(
    ({ name, value, limit, isPassed: good }) =>
      `<tr><td>${escaped(name)}</td><td>${escaped(value)}</td><td>${escaped(limit)}</td><td class="${good ? "good" : "bad"}">${good ? "passed" : "failed"}</td></tr>`,
  );
  const data = { hours: timeline.stretches.map(({ at }) => at / 3_600_000), plots: plotsOf(timeline.stretches) };
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${uplotFile("uPlot.min.css")}${PAGE_STYLE}</style>
<h1>${escaped(title)} <span class="${isPassed ? "good" : "bad"}">${isPassed ? "passed" : "failed"}</span></h1>
<p>${escaped(how)} It took ${(tookMs / 1000).toFixed(0)} s; the same seed, ${plan.seed}, plans the same.</p>
<div class="wide"><table><thead><tr><th>what</th><th>measured</th><th>allowed</th><th></th></tr></thead><tbody>${rows.join("")}</tbody></table></div>
<p>${escaped(outcomesOf(timeline))}</p>
<p>${escaped(amountsOf(plan, timeline))}</p>
<main></main>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>
<script>${uplotFile("uPlot.iife.min.js")}</script>
<script>${PAGE_SCRIPT}</script>
</html>
`;
}

function plotsOf(stretches: readonly Stretch[]): Plot[] {
  const line = (name: string, value: (stretch: Stretch) => number) => ({
    name,
    values: stretches.map((stretch) => {
      const found = value(stretch);
      return Number.isFinite(found) ? Math.round(found * 100) / 100 : null;
    }),
  });
  return [
    {
      title: "Devices",
      lines: [line("ready", ({ ready }) => ready), line("in conversation", ({ sessions }) => sessions)],
    },
    { title: "Turns", lines: [line("turns", ({ turns }) => turns), line("without an answer", ({ failed }) => failed)] },
    {
      title: "Last word to first sound, ms",
      lines: [
        line("p50", ({ firstSoundMs }) => percentile(firstSoundMs, 0.5)),
        line("p95", ({ firstSoundMs }) => percentile(firstSoundMs, 0.95)),
      ],
    },
    { title: "Gaps in answers", lines: [line("gaps", ({ gaps }) => gaps)] },
    {
      title: "Memory, MiB",
      lines: [
        line("process", ({ rssBytes }) => rssBytes / MIB || Number.NaN),
        line("JavaScript", ({ heapBytes }) => heapBytes / MIB || Number.NaN),
      ],
    },
    { title: "CPU, s", lines: [line("devices and servers", ({ cpuMs }) => cpuMs / 1000)] },
  ];
}

/** `answered 7,400, interrupted 590, …` */
function outcomesOf({ turns }: Timeline): string {
  const counts = new Map<string, number>();
  for (const { outcome, isDisturbed } of turns) {
    const name = isDisturbed ? `${outcome} while the network failed` : outcome;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const parts = [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`);
  return parts.length === 0 ? "Nobody said anything." : `Turns: ${parts.join(", ")}.`;
}

/** Processor time, memory and history: what of it is known. */
function amountsOf({ count }: FleetPlan, { cpuMs, stretches, results }: Timeline): string {
  const halves = results.flatMap(({ secondHalf }) => secondHalf ?? []);
  const most = Math.max(...stretches.map(({ rssBytes }) => rssBytes));
  const mib = (bytes: number) => `${Math.round(bytes / MIB).toLocaleString("en")} MiB`;
  const [half, end] = [0, 1].map((at) => Math.max(...halves.map(({ rssBytes }) => rssBytes[at] as number)));
  const rows = results.reduce((sum, { history }) => sum + (history?.rows ?? 0), 0);
  const parts = [
    `${Math.round(cpuMs / 1000)} s of CPU in the fleet's threads`,
    `at most ${mib(most)} of memory${count >= DEVICES_TO_TELL ? `, ${Math.round(most / count / 1024)} KiB a device` : ""}`,
    ...(halves.length > 0
      ? [`without garbage ${mib(half as number)} at half-time and ${mib(end as number)} at the end`]
      : []),
    ...(rows > 0 ? [`${rows.toLocaleString("en")} rows of history`] : []),
  ];
  return `${parts.join("; ")}.`;
}

function uplotFile(name: string): string {
  const folder = dirname(createRequire(import.meta.url).resolve("uplot"));
  return readFileSync(join(folder, name), "utf8");
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
