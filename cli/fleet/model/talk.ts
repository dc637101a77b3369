import type { Random } from "../../../simulator/random.ts";
import type { PlannedConversation, PlannedTurn } from "./life.ts";
import { PHRASES } from "./phrases.ts";

/** Share of conversations of one, two, three and four turns. */
const LENGTHS = [0.35, 0.3, 0.2, 0.15] as const;
const INTERRUPTED_SHARE = 0.08;
const BUTTON_SHARE = 0.98;
/** ms between an answer and the next question. */
const THINK_MS = [300, 2_500] as const;
/** ms of an answer that are heard before it is interrupted. */
const PATIENCE_MS = [300, 2_500] as const;

/** What somebody says next. */
export function drawTurn(random: Random): PlannedTurn {
  const phrase = random.below(PHRASES.length);
  const thinkMs = Math.round(random.between(...THINK_MS));
  const isInterrupted = random.next() < INTERRUPTED_SHARE;
  return { phrase, thinkMs, interruptAfterMs: isInterrupted ? Math.round(random.between(...PATIENCE_MS)) : undefined };
}

/** How many turns the next conversation has, no more than `most`. */
export function drawLength(random: Random, most: number): number {
  let chosen = random.next();
  const length = LENGTHS.findIndex((share) => {
    chosen -= share;
    return chosen < 0;
  });
  return Math.min(most, length < 0 ? LENGTHS.length : length + 1);
}

/** A conversation that begins at this time. */
export function drawConversation(random: Random, at: number, turns: number): PlannedConversation {
  const planned = Array.from({ length: turns }, () => drawTurn(random));
  return { at, turns: planned, endsByButton: random.next() < BUTTON_SHARE };
}
