import { readlinkSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

/** Behind the thread that sends sound, and before what runs when nothing else does. */
const NICENESS = 10;

/**
 * Lets the thread of the caller wait for the others of this process when there are fewer processors than work. On Linux
 * alone, where a thread has a priority of its own; elsewhere, or where it may not be set, everything stays as it is.
 */
export function stepBack(): void {
  try {
    const thread = Number(/task\/(\d+)$/.exec(readlinkSync("/proc/thread-self"))?.[1]);
    if (thread > 0 && thread !== process.pid && getPriority(thread) < NICENESS) setPriority(thread, NICENESS);
  } catch {
    // It is slower for others, and right all the same.
  }
}
