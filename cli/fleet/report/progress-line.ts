import { clearLine, cursorTo } from "node:readline";
import { isHeard, percentile, type Timeline } from "./timeline.ts";

/** Turns that the first sound is told of. */
const LATEST = 200;
/** ms between two lines where the last one stays. */
const FILE_MS = 30_000;

/** What a fleet is doing, in one line. */
export function describeProgress(timeline: Timeline, isOver: boolean): string {
  const { turns } = timeline;
  const latest = turns.slice(-LATEST);
  const firstSound = latest.flatMap((turn) => turn.firstSoundMs ?? []);
  const failed = turns.filter((turn) => !isHeard(turn)).length;
  const sound = firstSound.length > 0 ? `, first sound ${Math.round(percentile(firstSound, 0.5))} ms` : "";
  const state = isOver ? "over" : `${timeline.now("ready")} ready`;
  return `${clockOf(timeline.reachedMs)}  ${state}, ${turns.length} turns, ${failed} without an answer${sound}`;
}

/** Hours, minutes and seconds. */
export function clockOf(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.floor((ms % 60_000) / 1000);
  return [Math.floor(minutes / 60), minutes % 60, seconds].map((part) => String(part).padStart(2, "0")).join(":");
}

/** Shows the line each second, in its own place; gives what ends that. A file gets a line twice a minute. */
export function showProgress(timeline: Timeline, out: NodeJS.WriteStream): () => void {
  if (!out.isTTY) {
    const writing = setInterval(() => out.write(`${describeProgress(timeline, false)}\n`), FILE_MS);
    return () => clearInterval(writing);
  }
  const show = () => {
    cursorTo(out, 0);
    out.write(describeProgress(timeline, false));
    clearLine(out, 1);
  };
  const timer = setInterval(show, 1_000);
  return () => {
    clearInterval(timer);
    cursorTo(out, 0);
    clearLine(out, 0);
  };
}
